/** The messages to people: complete in every language, and nothing in them can be turned into markup or headers. */
import fc from 'fast-check';
import { languageOf, WORDINGS, type Language } from '../../domain/notices/languages';
import { isNoticeKind, NOTICES, originOf, type Notice } from '../../domain/notices/notice';
import { render } from '../../domain/notices/render';
import type { Wording } from '../../domain/notices/wording';
import { FACTS } from '../workflows/support/fake-activities';

const LANGUAGES = Object.keys(WORDINGS) as Language[];
const AT = Date.UTC(2026, 6, 4, 15, 5);
const BERLIN = { city: 'Berlin', country: 'DE', browser: 'Firefox', os: 'Linux' };

/** One of each kind; of a changed factor all three. */
const EVERY: readonly Notice[] = [
  { kind: 'enrollment_code', params: { code: '12345678', minutes: 10 } },
  { kind: 'recovery_code', params: { code: '12345678', minutes: 10 } },
  { kind: 'account_recovered', params: {} },
  { kind: 'password_changed', params: {} },
  { kind: 'address_changed', params: {} },
  { kind: 'block_released', params: BERLIN },
  { kind: 'new_device', params: BERLIN },
  { kind: 'factor_changed', params: { change: 'added', method: 'passkey' } },
  { kind: 'factor_changed', params: { change: 'removed', method: 'push' } },
  { kind: 'factor_changed', params: { change: 'reset' } },
  { kind: 'authenticator_disabled', params: { lane: 'untrusted' } },
  { kind: 'backup_codes_low', params: { left: 2 } },
  { kind: 'passkey_disabled', params: BERLIN },
  { kind: 'push_reported', params: BERLIN },
  { kind: 'push_switched_off', params: BERLIN },
  { kind: 'session_reported', params: BERLIN },
];

/** The names in braces of a language's texts, text by text. */
function placeholders({ notices, browserOnSystem }: Wording) {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  const texts = Object.entries(notices).map(([key, { subject, what, advice }]) => [
    key,
    [names(subject), names(what), names(advice)],
  ]);
  return { ...Object.fromEntries(texts), browserOnSystem: names(browserOnSystem) };
}

const everywhere = LANGUAGES.flatMap((language) => EVERY.map((notice) => ({ language, notice })));

describe('the messages', () => {
  it('of the tests are all there are', () => {
    expect([...new Set(EVERY.map(({ kind }) => kind))].sort()).toEqual(Object.keys(NOTICES).sort());
    expect(isNoticeKind('new_device')).toBe(true);
    expect(isNoticeKind('constructor')).toBe(false);
  });

  it.each(LANGUAGES)('exist in %s with the same parameters as in English', (language) => {
    const wording: Wording = WORDINGS[language];
    expect(Object.keys(wording.notices).sort()).toEqual(Object.keys(WORDINGS.en.notices).sort());
    expect(placeholders(wording)).toEqual(placeholders(WORDINGS.en));
  });

  it('have subjects without parameters, and no two of a language are alike', () => {
    for (const { notices } of Object.values<Wording>(WORDINGS)) {
      const subjects = Object.values(notices).map(({ subject }) => subject);
      expect(subjects.filter((subject) => /[{}]|[^\P{C}]/u.test(subject) || subject.length > 70)).toEqual([]);
      expect(new Set(subjects).size).toBe(subjects.length);
    }
  });

  it.each(everywhere)('say everything they have to, $notice.kind in $language', ({ notice, language }) => {
    const { subject, text, html } = render(notice, { language, at: AT });
    for (const form of [text, html]) {
      expect(form).not.toMatch(/undefined|null|NaN|\{\w+\}|\[object/);
      if ('code' in notice.params) expect(form).toContain('12345678');
      if ('left' in notice.params) expect(form).toContain('2');
      if ('city' in notice.params) {
        expect(form).toContain('Berlin, ');
        expect(form).toContain('Firefox');
        expect(form).toContain('2026');
        expect(form).toContain('15:05 UTC');
      }
    }
    expect(subject).not.toContain('12345678');
    expect(html).toContain(`<html lang="${language}">`);
    expect(html).not.toMatch(/https?:|<img|<a |<script|src=|url\(/i);
  });

  it('name a country and a day as their language does, and say when a place is not known', () => {
    const texts = LANGUAGES.map(
      (language) => render({ kind: 'new_device', params: BERLIN }, { language, at: AT }).text,
    );
    expect(texts.map((text) => /Berlin, (.+)/.exec(text)?.[1])).toEqual([
      'Germany',
      'Deutschland',
      'Allemagne',
      'Alemania',
    ]);
    expect(texts[1]).toContain('Wann: 4. Juli 2026 um 15:05 UTC');
    const nowhere = render({ kind: 'new_device', params: {} }, { language: 'en', at: AT }).text;
    expect(nowhere).toContain('Where: Unknown place');
    expect(nowhere).toContain('Device: Unknown device');
  });
});

describe('a parameter', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '<script>alert(1)</script>',
      '" onload="x',
      "'><img src=x>",
      'a\r\nBcc: b@example.org',
      'a\n\nNew paragraph',
      '\u202Egnp.exe',
      '{code}',
      '$&$1',
      '&lt;',
    ),
  );

  it('never becomes markup, a header or a further line, whatever stands in it', () => {
    const plain = { city: 'x', country: 'DE', browser: 'y', os: 'z' };
    const usual = render({ kind: 'new_device', params: plain }, { language: 'en', at: AT });
    const tags = (html: string) => html.match(/<[^>]*>/g);
    fc.assert(
      fc.property(hostile, hostile, hostile, hostile, (city, country, browser, os) => {
        const params = { city, country, browser, os };
        const { subject, text, html } = render({ kind: 'new_device', params }, { language: 'en', at: AT });
        expect(subject).toBe(usual.subject);
        expect(text.split('\n').length).toBe(usual.text.split('\n').length);
        expect(text).not.toMatch(/[^\P{C}\n]|[\u2028\u2029]/u);
        expect(tags(html)).toEqual(tags(usual.html));
      }),
      { numRuns: 500 },
    );
  });

  it('is not longer than a line', () => {
    const params = { ...BERLIN, city: '𝒳'.repeat(5_000) };
    const { text } = render({ kind: 'new_device', params }, { language: 'en', at: AT });
    expect(Math.max(...text.split('\n').map((line) => [...line].length))).toBeLessThan(250);
    expect(text.isWellFormed()).toBe(true);
  });

  it('of a sign-in is its place and its device, never an address', () => {
    const facts = { ...FACTS, network: { ...FACTS.network, city: 'London' } };
    expect(originOf(facts)).toEqual({ city: 'London', country: 'GB', browser: 'Firefox', os: 'Linux' });
    expect(originOf(null)).toEqual({});
  });
});

describe('the language of a person', () => {
  it.each([
    ['de', 'en', 'de'],
    ['de-CH', 'en', 'de'],
    ['FR-ca', 'en', 'fr'],
    ['es-419', 'en', 'es'],
    ['zh-Hant-TW', 'fr-FR', 'fr'],
    [null, 'es', 'es'],
    [null, 'zh', 'en'],
    ['toString', 'en', 'en'],
  ] as const)('with locale %s and the default %s is %s', (locale, fallback, language) => {
    expect(languageOf(locale, fallback)).toBe(language);
  });
});

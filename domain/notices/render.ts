/**
 * A notice in words: subject, plain text, HTML. Parameters may come from outside (the name of a city, of a browser):
 * they are data in both forms, never markup, never a further line.
 */
import { WORDINGS, type Language } from './languages';
import { NOTICES, type Detail, type Notice, type Origin } from './notice';
import type { TextKey, Wording } from './wording';

export interface RenderedNotice {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What one message says, still without a form. */
interface Content {
  readonly subject: string;
  readonly what: string;
  readonly code: string | undefined;
  readonly details: readonly { readonly label: string; readonly value: string }[];
  readonly advice: string;
}

const MAX_VALUE_LENGTH = 100;

/** Renders a notice; `at` (epoch ms) is when it happened. */
export function render(notice: Notice, { language, at }: { language: Language; at: number }): RenderedNotice {
  const wording: Wording = WORDINGS[language];
  const text = wording.notices[textKey(notice)];
  const params: Readonly<Record<string, unknown>> = { ...notice.params };
  const content: Content = {
    subject: oneLine(text.subject),
    what: fill(text.what, params),
    code: NOTICES[notice.kind].secret === undefined ? undefined : valueOf(params['code']),
    details: NOTICES[notice.kind].details.flatMap((detail) => {
      const value = detailOf(detail, wording, { notice, language, at });
      return value === undefined ? [] : [{ label: wording.labels[detail], value: oneLine(value) }];
    }),
    advice: text.advice,
  };
  return {
    subject: content.subject,
    text: asText(content, wording),
    html: asHtml(content, wording, language),
  };
}

function textKey(notice: Notice): TextKey {
  if (notice.kind !== 'factor_changed') return notice.kind;
  const { change } = notice.params;
  return change === 'reset' ? 'factors_reset' : `factor_${change}`;
}

function detailOf(
  detail: Detail,
  wording: Wording,
  { notice, language, at }: { notice: Notice; language: Language; at: number },
): string | undefined {
  switch (detail) {
    case 'when':
      return instant(wording, at);
    case 'where':
      return place(wording, language, notice.params as Origin);
    case 'device':
      return device(wording, notice.params as Origin);
    case 'method':
      return notice.kind === 'factor_changed' && notice.params.method !== undefined
        ? wording.methods[notice.params.method]
        : undefined;
    case 'affected':
      return notice.kind === 'authenticator_disabled' ? wording.lanes[notice.params.lane] : undefined;
  }
}

/** In UTC, and saying so: nobody knows the reader's time zone. */
function instant({ dates }: Wording, at: number): string {
  const format = new Intl.DateTimeFormat(dates, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return `${format.format(at)} UTC`;
}

function place({ unknownPlace }: Wording, language: Language, { city, country }: Origin): string {
  const known = [valueOf(city), countryName(language, country)].filter((name) => name !== '');
  return known.length > 0 ? known.join(', ') : unknownPlace;
}

function countryName(language: Language, country: string | undefined): string {
  if (country === undefined || !/^[A-Z]{2}$/.test(country)) return '';
  return new Intl.DisplayNames([language], { type: 'region' }).of(country) ?? country;
}

function device({ browserOnSystem, unknownDevice }: Wording, { browser, os }: Origin): string {
  const known = [browser, os].map(valueOf).filter((name) => name !== '' && name !== 'unknown');
  if (known.length === 2) return fill(browserOnSystem, { browser, os });
  return known[0] ?? unknownDevice;
}

function fill(text: string, params: Readonly<Record<string, unknown>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => valueOf(params[name]));
}

function valueOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? oneLine(String(value)) : '';
}

/** Header and line injection: what begins a new line or turns the direction of text becomes a space. */
function oneLine(text: string): string {
  const line = text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return [...line].slice(0, MAX_VALUE_LENGTH).join('');
}

function asText({ what, code, details, advice }: Content, { yourCode, footer }: Wording): string {
  const paragraphs = [
    what,
    ...(code === undefined ? [] : [`${yourCode}: ${code}`]),
    ...(details.length === 0 ? [] : [details.map(({ label, value }) => `${label}: ${value}`).join('\n')]),
    advice,
    `-- \n${footer}`,
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

/** Nothing is loaded from anywhere, and nothing can be clicked. */
function asHtml(
  { subject, what, code, details, advice }: Content,
  { yourCode, footer }: Wording,
  language: Language,
): string {
  const rows = details
    .map(
      ({ label, value }) =>
        `<tr><th scope="row" align="left">${escape(label)}</th><td>${escape(value)}</td></tr>`,
    )
    .join('');
  return [
    `<!doctype html>`,
    `<html lang="${language}"><head><meta charset="utf-8"><title>${escape(subject)}</title></head>`,
    `<body style="font-family:sans-serif;line-height:1.5;max-width:36em;margin:1em auto;padding:0 1em">`,
    `<h1 style="font-size:1.25em">${escape(subject)}</h1>`,
    `<p>${escape(what)}</p>`,
    ...(code === undefined
      ? []
      : [
          `<p>${escape(yourCode)}: <strong style="font-size:1.5em;letter-spacing:.1em">${escape(code)}</strong></p>`,
        ]),
    ...(rows === '' ? [] : [`<table cellpadding="4">${rows}</table>`]),
    `<p>${escape(advice)}</p>`,
    `<hr><p><small>${escape(footer)}</small></p>`,
    `</body></html>`,
    ``,
  ].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Markup injection: a parameter stays text, whatever stands in it. */
function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

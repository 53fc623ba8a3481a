/** Answers that are not of the documented form, to a session that is open: 400, no try charged, nothing looked at. */
import { gzipSync } from 'node:zlib';
import type { HttpAnswer } from '../support/http-client';
import { totpCode } from '../support/totp';
import type { Person } from '../api/support/actors';
import { wrongCode } from '../api/support/codes';
import {
  attackOn,
  expectNothingGained,
  expectOneSuccess,
  expectRefusal,
  type Attack,
} from './support/aftermath';
import { usePair } from './support/pair';

const product = usePair();
const VERIFY = '/api/v1/auth/mfa/verify';
const CANARY = 'canary-7d21';

interface Target extends Attack {
  readonly who: Person;
  readonly challenge: HttpAnswer;
  /** A right answer. */
  readonly good: { readonly mfaSessionId: string; readonly method: string; readonly code: string };
}

async function target(): Promise<Target> {
  const who = await product.actors.person();
  const challenge = await product.actors.check(who);
  const { mfaSessionId } = challenge.body as { mfaSessionId: string };
  const good = { mfaSessionId, method: 'totp', code: totpCode(who.totpSecret) };
  return { ...(await attackOn(product, who, challenge)), who, challenge, good };
}

const sendRaw = (raw: string | Buffer, contentType = 'application/json', headers = {}) =>
  product.stack.call('POST', VERIFY, { raw, contentType, headers });

/** Every form is refused and costs nothing; afterwards the right answer is still right. */
async function expectHarmless(
  { who, challenge, before, good }: Target,
  forms: readonly [unknown, () => Promise<HttpAnswer>, number?][],
): Promise<void> {
  for (const [what, send, status = 400] of forms) {
    const refused = await send();
    expect([what, refused.status]).toEqual([what, status]);
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(refused.text).not.toContain(CANARY);
  }
  const attack = { who, challenge, before };
  await expectNothingGained(product, attack, { state: 'pending', attempts: 0 });
  const { rows } = await product.stack.database.pool.query(
    `select 1 from mfa_attempts a join mfa_sessions s on s.id_hash = a.session_id_hash where s.user_id = $1`,
    [who.userId],
  );
  expect(rows).toEqual([]);
  const { mfaSessionId } = good;
  expect((await product.actors.verify(mfaSessionId, totpCode(who.totpSecret))).status).toBe(200);
  await expectOneSuccess(product, attack, { by: 'totp', attempts: 1 });
}

describe('to an open session', () => {
  it('codes of any other type, length or script are refused', async () => {
    const here = await target();
    const { good } = here;
    const digits = good.code;
    const inScript = (zero: number) =>
      [...digits].map((digit) => String.fromCodePoint(zero + Number(digit))).join('');
    const codes: unknown[] = [
      ...[null, true, Number(digits), -1, 1e308, [digits], [[digits]], { code: digits }, {}],
      ...['', ' ', '0', digits.slice(1), `${digits}0`, '0'.repeat(6_000), CANARY],
      ...[` ${digits}`, `${digits} `, `${digits}\n`, `\r\n${digits}`, `${digits}\t`, `+${digits.slice(1)}`],
      ...[`${digits}\0`, `\0${digits}`, '\0'.repeat(6), `${digits}\ufeff`, `\u200e${digits}`, '\ud83d'],
      // Digits of other scripts, which a lenient parser reads as ours.
      ...[0xff10, 0x0660, 0x06f0, 0x0966, 0x1d7ce, 0x1fbf0].map(inScript),
      ...['1e5000', '0x1234', '12.345', '-12345', '①②③④⑤⑥'],
    ];
    const forms = codes.map((code) => {
      const body = { ...good, code };
      return [code, () => product.stack.call('POST', VERIFY, { body })] as const;
    });
    await expectHarmless(
      here,
      forms.map(([what, send]) => [what, send]),
    );
  });

  it('fields that do not belong, keys that reach for prototypes and methods that nobody has are refused', async () => {
    const here = await target();
    const { good } = here;
    const text = JSON.stringify(good);
    const bodies: string[] = [
      ...[CANARY, 'Code', 'challengeId', 'credential', 'userId', 'attemptId', 'state', 'answerBy'].map(
        (key) => text.replace('{', `{"${key}":"${CANARY}",`),
      ),
      ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '\\u005f_proto__'].map(
        (key) => text.replace('{', `{"${key}":{"prototype":{"verified":true}},`),
      ),
      ...['"sms"', '"TOTP"', '"totp "', '""', 'null', '["totp"]', '{"totp":true}', '"__proto__"', '7'].map(
        (method) => text.replace('"totp"', method),
      ),
      ...['"yes"', '1', 'null', '[]'].map((wish) => text.replace('{', `{"trustDevice":${wish},`)),
      ...['null', '[]', '{}', '""', `"${'x'.repeat(129)}"`, '"a\\u0000b"'].map((id) =>
        text.replace(`"${good.mfaSessionId}"`, id),
      ),
    ];
    await expectHarmless(
      here,
      bodies.map((raw) => [raw, () => sendRaw(raw)]),
    );
    expect(({} as { verified?: boolean }).verified).toBeUndefined();
  });

  it('bodies in other types, encodings and sizes are refused', async () => {
    const here = await target();
    const text = JSON.stringify(here.good);
    const form = new URLSearchParams({ ...here.good }).toString();
    const utf16 = Buffer.from(text, 'utf16le');
    const types = [
      'text/plain',
      'text/json',
      'application/ld+json',
      'application/jsonp',
      'application/x-ndjson',
    ];
    await expectHarmless(here, [
      ...types.map(
        (type) => [type, () => sendRaw(text, type), 415] as [string, () => Promise<HttpAnswer>, number],
      ),
      ['form', () => sendRaw(form, 'application/x-www-form-urlencoded'), 415],
      ['multipart', () => sendRaw(text, 'multipart/form-data; boundary=x'), 415],
      ['no type at all', () => sendRaw(text, ''), 415],
      ['UTF-16', () => sendRaw(utf16, 'application/json; charset=utf-16')],
      ['compressed', () => sendRaw(gzipSync(text), 'application/json', { 'content-encoding': 'gzip' })],
      ['a byte order mark', () => sendRaw(`\ufeff${text}`)],
      ['more behind it', () => sendRaw(`${text}${text}`)],
      ['a list of it', () => sendRaw(`[${text}]`)],
      ['a text of it', () => sendRaw(JSON.stringify(text))],
      ['a comment', () => sendRaw(`${text}//`)],
      ['nothing', () => sendRaw('')],
      ['too much', () => sendRaw(text + ' '.repeat(66_000)), 413],
      ['too much in a field', () => sendRaw(text.replace('totp', 'x'.repeat(66_000))), 413],
    ]);
  });
});

describe('a key that comes twice', () => {
  it('counts as its last value, for everybody who looks at it, and costs one try', async () => {
    const { who, challenge, before, good } = await target();
    const attack = { who, challenge, before };
    const wrong = `"code":"${wrongCode(who.totpSecret)}"`;
    const right = `"code":"${good.code}"`;
    const twice = (codes: string) => sendRaw(JSON.stringify(good).replace(right, codes));
    expectRefusal(await twice(`${right},${wrong}`));
    await expectNothingGained(product, attack, { state: 'pending', attempts: 1 });
    expect((await twice(`${wrong},${right}`)).status).toBe(200);
    await expectOneSuccess(product, attack, { by: 'totp', attempts: 2 });
  });
});

/** Users with a TOTP seed, some of them settled: a trusted device at a known address. */
import { createHmac, randomBytes, randomInt } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** The code of a Base32 seed now (RFC 6238: SHA-1, 6 digits, 30 s). */
export function totpCode(seed) {
  const bits = [...seed].map((char) => ALPHABET.indexOf(char).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** A client of the API that fails loudly: a refused request must not be counted as a fast one. */
export function createCaller({ api, demo, operator }) {
  const basic = ({ clientId, clientSecret }) =>
    `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const callers = { demo: basic(demo), operator: basic(operator) };
  return async function call(path, body, { as, raw } = {}) {
    const response = await fetch(api + path, {
      method: 'POST',
      headers: {
        'content-type': raw === undefined ? 'application/json' : 'application/x-ndjson',
        ...(as && { authorization: callers[as] }),
      },
      body: raw ?? JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return raw === undefined
      ? JSON.parse(text)
      : text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line));
  };
}

/** So many people, imported at once. */
export async function createPeople(call, count) {
  const people = Array.from({ length: count }, () => ({
    login: randomBytes(8).toString('hex'),
    totpSecret: Array.from({ length: 32 }, () => ALPHABET[randomInt(32)]).join(''),
    fingerprint: randomBytes(16).toString('hex'),
    ip: `81.2.${randomInt(64, 70)}.${randomInt(1, 255)}`,
  }));
  const raw = people.map(({ login, totpSecret }) => JSON.stringify({ login, totpSecret })).join('\n');
  const results = await call('/api/v1/users/import', undefined, { as: 'operator', raw });
  return people.map((person, index) => ({ ...person, userId: results[index].userId }));
}

export const check = (call, { userId, ip, fingerprint, deviceToken }) =>
  call(
    '/api/v1/auth/mfa/status/check',
    { userId, ip, fingerprint, deviceToken, userAgent: FIREFOX },
    { as: 'demo' },
  );

export const verify = (call, { mfaSessionId }, { totpSecret }) =>
  call('/api/v1/auth/mfa/verify', { mfaSessionId, method: 'totp', code: totpCode(totpSecret) });

/** The same people, each with a trusted device. */
export async function settle(call, people) {
  const settled = [];
  for (const person of people) {
    const { deviceToken } = await verify(call, await check(call, person), person);
    settled.push({ ...person, deviceToken });
  }
  return settled;
}

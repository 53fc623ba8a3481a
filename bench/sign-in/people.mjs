/** Users with a TOTP seed, some of them settled: a trusted device at a known address. */
import { createHmac, randomBytes, randomInt } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const ROWS_AT_A_TIME = 100;

/** The code of a Base32 seed now (RFC 6238: SHA-1, 6 digits, 30 s). */
export function totpCode(seed) {
  const bits = [...seed].map((char) => ALPHABET.indexOf(char).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** So many people, imported; `password` is the same for all of them. */
export async function createPeople(call, count, { password } = {}) {
  const people = [];
  while (people.length < count)
    people.push(...(await importPeople(call, Math.min(ROWS_AT_A_TIME, count - people.length), password)));
  return people;
}

async function importPeople(call, count, password) {
  const people = Array.from({ length: count }, () => ({
    login: randomBytes(8).toString('hex'),
    totpSecret: Array.from({ length: 32 }, () => ALPHABET[randomInt(32)]).join(''),
    fingerprint: randomBytes(16).toString('hex'),
    ip: `81.2.${randomInt(64, 70)}.${randomInt(1, 255)}`,
    password,
  }));
  const rows = people.map(({ login, totpSecret }) => JSON.stringify({ login, totpSecret, password }));
  const results = await call('/api/v1/users/import', rows.join('\n'), { as: 'operator' });
  return people.map((person, index) => ({ ...person, userId: idOf(results[index]) }));
}

function idOf({ userId, error }) {
  if (userId === undefined) throw new Error(`not imported: ${JSON.stringify(error)}`);
  return userId;
}

export const check = (call, { userId, ip, fingerprint, deviceToken }) =>
  call(
    '/api/v1/auth/mfa/status/check',
    { userId, ip, fingerprint, deviceToken, userAgent: FIREFOX },
    { as: 'demo' },
  );

/** A sign-in that is let in at once. */
export async function skipped(call, person) {
  const answer = await check(call, person);
  if (answer.mfaRequired) throw new Error('a settled person was asked for MFA');
  return answer;
}

/** A sign-in that is asked for MFA. */
export async function challenged(call, person) {
  const answer = await check(call, person);
  if (!answer.mfaRequired || answer.mfaSessionId === undefined) throw new Error('a stranger was let in');
  return answer;
}

/** Answers a challenge by the code of now. */
export async function verify(call, { mfaSessionId }, { totpSecret }) {
  const answer = await call('/api/v1/auth/mfa/verify', {
    mfaSessionId,
    method: 'totp',
    code: totpCode(totpSecret),
  });
  if (answer.verified !== true) throw new Error('a right code was not accepted');
  return answer;
}

/** The same people, each with a trusted device. */
export async function settle(call, people) {
  const settled = [];
  for (const person of people) {
    const { deviceToken } = await verify(call, await challenged(call, person), person);
    settled.push({ ...person, deviceToken });
  }
  return settled;
}

/** People of the embedded directory, for tests of the SDK. */
import { randomBytes, randomInt } from 'node:crypto';
import type { Stack } from '../../support/stack';
import { totpCode } from '../../support/totp';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
export const PASSWORD = 'correct horse battery staple';

export interface Person {
  readonly userId: string;
  readonly login: string;
  readonly totpSecret: string;
  readonly fingerprint: string;
}

/** A person with a password and, unless told otherwise, an authenticator. */
export async function createPerson(stack: Stack, { method = true } = {}): Promise<Person> {
  const login = `n${randomBytes(8).toString('hex')}`;
  const totpSecret = Array.from({ length: 32 }, () => BASE32[randomInt(32)]).join('');
  const body = { login, password: PASSWORD, ...(method && { totpSecret }) };
  const created = await stack.call('POST', '/api/v1/users', { as: 'operator', body });
  if (created.status !== 201) throw new Error(created.text);
  return { userId: created.body['id'], login, totpSecret, fingerprint: `browser-of-${login}` };
}

/** A code that was not used yet: what was used in this half minute is forgotten. */
export async function freshCode({ database }: Stack, { userId, totpSecret }: Person): Promise<string> {
  await database.pool.query('update totp_authenticators set last_step = -1 where user_id = $1', [userId]);
  return totpCode(totpSecret);
}

/** A code that is wrong for certain. */
export function wrongCode({ totpSecret }: Person): string {
  const near = [-2, -1, 0, 1, 2].map((offset) => totpCode(totpSecret, offset));
  return (
    ['000000', '000001', '000002', '000003', '000004', '000005'].find((code) => !near.includes(code)) ?? ''
  );
}

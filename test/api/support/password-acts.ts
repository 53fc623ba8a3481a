/** What the tests of changing a password do and look at. */
import type { Stack } from '../../support/stack';
import { randomIp, randomName, type Person } from './actors';
import { PASSWORD, passwordSignIn } from './directory';
import type { Product } from './product';

export const NEW_PASSWORD = 'quiet lantern over walnut';
export const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

export type PasswordActs = ReturnType<typeof createPasswordActs>;

/** The acts of one test file; the product may start later. */
export function createPasswordActs(product: Product) {
  const sql = <Row extends object>(text: string, ...values: unknown[]) =>
    product.stack.database.pool.query<Row>(text, values);

  function change(token: string, body: object = {}, via: Pick<Stack, 'call'> = product.stack) {
    return via.call('POST', '/api/v1/auth/password', {
      ...bearer(token),
      body: { currentPassword: PASSWORD, newPassword: NEW_PASSWORD, ...body },
    });
  }

  async function isAlive(token: string): Promise<boolean> {
    return (await product.stack.call('GET', '/api/v1/auth/sessions', bearer(token))).status === 200;
  }

  async function hashOf({ userId }: Person): Promise<string | null | undefined> {
    const found = await sql<{ hash: string | null }>(
      'select password_hash as hash from users where id = $1',
      userId,
    );
    return found.rows[0]?.hash;
  }

  async function failuresOf({ userId }: Person): Promise<number> {
    const { rowCount } = await sql('select 1 from sign_in_failures where user_id = $1', userId);
    return rowCount ?? 0;
  }

  /** Somebody with a password and no factor, signed in. */
  async function withoutFactor(): Promise<{ who: Person; token: string }> {
    const login = randomName();
    const body = { login, password: PASSWORD, email: `${login}@example.org` };
    const created = await product.stack.call('POST', '/api/v1/users', { as: 'operator', body });
    const userId = created.body['id'];
    const who = { userId, login, totpSecret: '', fingerprint: randomName(), ip: randomIp() };
    const signedIn = await passwordSignIn(product, who);
    return { who, token: signedIn.body['accessToken'] };
  }

  return { sql, change, isAlive, hashOf, failuresOf, withoutFactor };
}

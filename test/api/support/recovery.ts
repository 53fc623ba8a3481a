/** People who are blocked, and what they do to get back in. */
import { createHash } from 'node:crypto';
import type { HttpAnswer } from '../../support/http-client';
import { TOKYO } from '../../support/fake-network';
import { randomIp, randomName, type Person } from './actors';
import { passwordSignIn } from './directory';
import { codeIn, noticesTo } from './notices';
import { until } from './patience';
import type { Product } from './product';

export const RECOVERY = '/api/v1/auth/recovery';
export const NEW_PASSWORD = 'quiet lantern over walnut';

/** A settled person with password, address and authenticator. */
export async function recoverablePerson(product: Product, body: object = {}): Promise<Person> {
  const who = await product.actors.person();
  await product.stack.call('PATCH', `/api/v1/users/${who.userId}`, {
    as: 'operator',
    body: { email: `${who.login}@example.org`, password: 'correct horse battery staple', ...body },
  });
  return product.actors.settle(who);
}

/** The same person on a device and at a place that nobody has seen. */
export function farAway({ stack }: Product, who: Person): Person {
  const { userId, login, totpSecret } = who;
  const ip = randomIp();
  stack.network.set(ip, TOKYO);
  return { userId, login, totpSecret, fingerprint: randomName(), ip };
}

/** A sign-in that is blocked; returns the id of its decision. */
export async function blockedSignIn(product: Product, who: Person): Promise<string> {
  const blocked = await passwordSignIn(product, who);
  if (blocked.status !== 403) throw new Error(`not blocked: ${blocked.status} ${blocked.text}`);
  return blocked.headers.get('x-decision-id') ?? '';
}

export type RecoveryActs = ReturnType<typeof createRecoveryActs>;

/** The acts of one test file; the product may start later. */
export function createRecoveryActs(product: Product) {
  const sql = <Row extends object>(text: string, ...values: unknown[]) =>
    product.stack.database.pool.query<Row>(text, values);
  const post = (path: string, body: object) => product.stack.call('POST', `${RECOVERY}${path}`, { body });

  function ask(login: string, change: object = {}): Promise<HttpAnswer> {
    return product.stack.call('POST', RECOVERY, { as: 'demo-shop', body: { login, ...change } });
  }

  /** The codes that were sent to a person, oldest first, once there are `count`. */
  async function codesOf({ userId }: Person, count = 1): Promise<string[]> {
    const sent = async () => {
      const notices = await noticesTo(product, { userId });
      return notices.filter(({ kind }) => kind === 'recovery_code').map(codeIn);
    };
    return until(sent, (codes) => codes.length >= count);
  }

  async function caseOf(answer: HttpAnswer) {
    const found = await sql<{ id: string; state: string; attempts: number }>(
      `select id, state, attempts from recovery_cases order by created_at desc limit 100`,
    );
    const { recoveryId } = answer.body;
    const hash = createHash('sha256').update(String(recoveryId)).digest('base64url');
    return found.rows.find(({ id }) => id === `rec_${hash.slice(0, 22)}`);
  }

  /** Waits until the workflow has done what is to come. */
  const stateOf = (answer: HttpAnswer, wanted: string) =>
    until(
      async () => (await caseOf(answer))?.state,
      (state) => state === wanted,
    );

  /** Asked for, and the code proven. */
  async function confirmed(who: Person, change: object = {}): Promise<string> {
    const before = (await codesOf(who, 0)).length;
    const { body } = await ask(who.login, change);
    const code = (await codesOf(who, before + 1)).at(-1);
    const proven = await post(`/${body['recoveryId']}/confirm`, { code });
    if (proven.status !== 200) throw new Error(`not confirmed: ${proven.text}`);
    return body['recoveryId'];
  }

  return { sql, post, ask, codesOf, caseOf, stateOf, confirmed };
}

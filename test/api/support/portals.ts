/** People with roles, signed in at a portal as a browser does it. */
import type { HttpAnswer } from '../../support/http-client';
import { FIREFOX, randomName, randomSeed, type Person } from './actors';
import { PASSWORD } from './directory';
import { until } from './patience';
import type { Product } from './product';

export interface PortalUser {
  readonly who: Person;
  readonly sessionId: string;
  readonly accessToken: string;
  /** Calls with the access token of the session. */
  readonly call: (method: string, path: string, body?: object) => Promise<HttpAnswer>;
}

type Create = (method: string, path: string, body: object) => Promise<HttpAnswer>;

/** Creates a person with these roles, as the operator or as whoever `create` calls as. */
export async function personWithRoles(
  product: Product,
  roles: readonly string[],
  create: Create = (method, path, body) => product.stack.call(method, path, { as: 'operator', body }),
): Promise<Person> {
  const [login, totpSecret] = [randomName(), randomSeed()];
  const body = { login, password: PASSWORD, totpSecret, roles, email: `${login}@example.org` };
  const created = await create('POST', '/api/v1/users', body);
  if (created.status !== 201) throw new Error(`user not created: ${created.text}`);
  return { userId: created.body['id'], login, totpSecret, fingerprint: randomName(), ip: '127.0.0.1' };
}

/** `POST /auth/sign-in` at a portal; address and agent are the connection's. */
export function portalSignIn(
  { stack }: Product,
  who: Pick<Person, 'login' | 'fingerprint'>,
  { portal = 'admin-dashboard', ...change }: { portal?: string; [field: string]: unknown } = {},
): Promise<HttpAnswer> {
  const { login, fingerprint } = who;
  const headers = { 'x-client-id': portal, 'user-agent': FIREFOX };
  const body = { login, password: PASSWORD, fingerprint, ...change };
  const ask = () => stack.call('POST', '/api/v1/auth/sign-in', { headers, body });
  return until(ask, ({ status }) => status !== 503);
}

/** Signs in with password and code at a portal. */
export async function atPortal(product: Product, who: Person, portal?: string): Promise<PortalUser> {
  const { rows } = await product.stack.database.pool.query<{ organizationId: string }>(
    `select organization_id as "organizationId" from users where id = $1`,
    [who.userId],
  );
  const challenged = await portalSignIn(product, who, {
    ...rows[0],
    ...(portal !== undefined && { portal }),
  });
  if (challenged.body['mfaRequired'] !== true) throw new Error(`no challenge: ${challenged.text}`);
  const { accessToken, sessionId } = (await product.actors.prove(challenged, who)).body;
  return {
    who,
    sessionId,
    accessToken,
    call: (method, path, body) =>
      product.stack.call(method, path, {
        headers: { authorization: `Bearer ${accessToken}` },
        ...(body && { body }),
      }),
  };
}

/** Somebody new with these roles, signed in at a portal. */
export async function signedInAs(product: Product, ...roles: string[]): Promise<PortalUser> {
  return atPortal(product, await personWithRoles(product, roles));
}

/** Puts the proof of MFA in a session ten minutes back. */
export async function proofIsStale({ stack }: Product, { sessionId }: PortalUser): Promise<void> {
  await stack.database.pool.query(`update proofs set at = at - interval '10 minutes' where session_id = $1`, [
    sessionId,
  ]);
}

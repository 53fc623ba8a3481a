/** People who sign in with a password of the embedded directory. */
import { randomIp, randomName, randomSeed, type Person } from './actors';
import { until } from './patience';
import type { Product } from './product';

export const PASSWORD = 'correct horse battery staple';

export interface SignedIn {
  readonly accessToken: string;
  readonly sessionId: string;
  readonly receipt: string;
}

/** A person with a password and an authenticator. */
export async function passwordPerson({ stack }: Product): Promise<Person> {
  const login = randomName();
  const totpSecret = randomSeed();
  const created = await stack.call('POST', '/api/v1/users', {
    as: 'operator',
    body: { login, password: PASSWORD, totpSecret },
  });
  if (created.status !== 201) throw new Error(created.text);
  return { userId: created.body['id'], login, totpSecret, fingerprint: randomName(), ip: randomIp() };
}

/** `POST /auth/sign-in` as the demo application's backend; a 503 decided nothing and is asked again, as clients do. */
export function passwordSignIn({ stack }: Product, who: Person, change: object = {}) {
  const { login, ip, fingerprint } = who;
  const body = {
    login,
    password: PASSWORD,
    ip,
    fingerprint,
    userAgent: 'Mozilla/5.0 Firefox/140.0',
    ...change,
  };
  const ask = () => stack.call('POST', '/api/v1/auth/sign-in', { as: 'demo-shop', body });
  return until(ask, ({ status }) => status !== 503);
}

/** Signs in with password and code; the access token is the user's. */
export async function signInByPassword(product: Product, who: Person): Promise<SignedIn> {
  const challenged = await passwordSignIn(product, who);
  if (challenged.body['mfaRequired'] !== true) throw new Error(`no challenge: ${challenged.text}`);
  const { accessToken, sessionId, receipt } = (await product.actors.prove(challenged, who)).body;
  return { accessToken, sessionId, receipt };
}

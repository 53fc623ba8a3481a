/** Passkeys over HTTP: enrolling one for somebody, asking for it, answering with it. */
import type { HttpAnswer } from '../../support/http-client';
import {
  createAuthenticator,
  type Authenticator,
  type AuthenticatorOptions,
  type Lies,
} from '../../support/software-authenticator';
import type { Person } from './actors';
import type { Product } from './product';

export const PASSKEYS = '/api/v1/auth/mfa/methods/passkeys';
/** Of `PUBLIC_URL` in tests. */
export const HOME = { origin: 'http://api.test', rpId: 'api.test' } as const;

export const newAuthenticator = (change: Partial<AuthenticatorOptions> = {}): Authenticator =>
  createAuthenticator({ ...HOME, ...change });

export type PasskeyActs = ReturnType<typeof createPasskeyActs>;

/** The acts of one test file; the product may start later. */
export function createPasskeyActs(product: Product) {
  const call: Product['stack']['call'] = (...sent) => product.stack.call(...sent);
  const sql = <Row extends object>(text: string, ...values: unknown[]) =>
    product.stack.database.pool.query<Row>(text, values);

  const askToRegister = ({ userId }: Pick<Person, 'userId'>) =>
    call('POST', `${PASSKEYS}/options?userId=${userId}`, { as: 'operator' });

  const register = ({ userId }: Pick<Person, 'userId'>, credential: object, extra: object = {}) =>
    call('POST', `${PASSKEYS}?userId=${userId}`, { as: 'operator', body: { credential, ...extra } });

  /** A registered passkey, for somebody whom the operator helps. */
  async function enrol(who: Person, change: Partial<AuthenticatorOptions> = {}): Promise<Authenticator> {
    const authenticator = newAuthenticator(change);
    const options = await askToRegister(who);
    const registered = await register(who, authenticator.create(options.body));
    if (registered.status !== 201) throw new Error(`not registered: ${registered.text}`);
    return authenticator;
  }

  /** Somebody with a passkey and, unless told otherwise, no other method. */
  async function owner(change: Partial<AuthenticatorOptions> = {}, { method = false } = {}) {
    const who = await product.actors.person({ method });
    return { who, authenticator: await enrol(who, change) };
  }

  const ask = (challenge: HttpAnswer) =>
    call('POST', '/api/v1/auth/mfa/challenge/passkey', {
      body: { mfaSessionId: challenge.body['mfaSessionId'] },
    });

  const answer = (
    challenge: HttpAnswer,
    credential: unknown,
    { headers, ...extra }: { headers?: Record<string, string>; trustDevice?: boolean } = {},
  ) =>
    call('POST', '/api/v1/auth/mfa/verify', {
      ...(headers && { headers }),
      body: { mfaSessionId: challenge.body['mfaSessionId'], method: 'passkey', credential, ...extra },
    });

  /** Asks for the passkey and answers with it, whatever it says. */
  async function answerWith(challenge: HttpAnswer, authenticator: Authenticator, lies: Lies = {}) {
    return answer(challenge, authenticator.get((await ask(challenge)).body, lies));
  }

  return { sql, call, askToRegister, register, enrol, owner, ask, answer, answerWith };
}

/** The claims of a receipt or a token, unchecked. */
export function claimsOf(jwt: string): HttpAnswer['body'] {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as HttpAnswer['body'];
}

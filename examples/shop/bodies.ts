/** What the shop's browser sends. */
import type { VerifyBody } from '../../sdk/src/index';

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength }) as const;

const strict = (properties: object, required: readonly string[]) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});

export interface LoginBody {
  readonly login: string;
  readonly password: string;
  readonly fingerprint: string;
}
export const LOGIN_BODY = strict({ login: text(256), password: text(256), fingerprint: text(256) }, [
  'login',
  'password',
  'fingerprint',
]);

type Answer<Method> = Extract<VerifyBody, { method: Method }>;
type PasskeyCredential = Answer<'passkey'>['credential'];

/** A proof as `verify` takes it, without the session that it is for. */
export type Proof =
  Pick<Answer<'totp'>, 'method' | 'code'> | Pick<Answer<'passkey'>, 'method' | 'credential'>;

/** As the browser made it; the API looks at every part. */
const credential = { type: 'object' } as const;

/** The ways to prove that it is the user: where each is sent, and what. */
export const PROOFS = [
  {
    name: 'code',
    body: strict({ code: { type: 'string', pattern: '^[0-9]{6}$' } }, ['code']),
    proofOf: (body: unknown): Proof => ({ method: 'totp', code: (body as { code: string }).code }),
  },
  {
    name: 'passkey',
    body: strict({ credential }, ['credential']),
    proofOf: (body: unknown): Proof => ({
      method: 'passkey',
      credential: (body as { credential: PasskeyCredential }).credential,
    }),
  },
] as const;

/** A new passkey and what its owner calls it. */
export const PASSKEY_BODY = strict({ name: text(64), credential }, ['credential']);

/** A transaction of the SDK. */
export const PAYMENT_BODY = strict(
  {
    amount: { type: 'string', pattern: '^[0-9]{1,15}(\\.[0-9]{1,6})?$' },
    currency: { type: 'string', pattern: '^[A-Z]{3}$' },
    payee: text(256),
    reference: text(256),
  },
  ['amount', 'currency', 'payee'],
);

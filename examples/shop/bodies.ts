/** What the shop's browser sends. */

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
  readonly deviceToken?: string;
}
export const LOGIN_BODY = strict(
  { login: text(256), password: text(256), fingerprint: text(256), deviceToken: text(256) },
  ['login', 'password', 'fingerprint'],
);

export interface CodeBody {
  readonly code: string;
}
export const CODE_BODY = strict({ code: { type: 'string', pattern: '^[0-9]{6}$' } }, ['code']);

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

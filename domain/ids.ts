/**
 * Branded identifiers. Wire form: a prefix and 22 base64url characters (132 bits), opaque to callers.
 * Making one needs randomness, so it happens outside the domain (`runtime/random-ids.ts`).
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type UserId = Branded<'UserId'>;
export type OrganizationId = Branded<'OrganizationId'>;
export type DecisionId = Branded<'DecisionId'>;
export type SessionId = Branded<'SessionId'>;
export type MethodId = Branded<'MethodId'>;
/** base64url(SHA-256(mfaSessionId)): names an MFA session everywhere but in the holder's hands. */
export type SessionIdHash = Branded<'SessionIdHash'>;

/**
 * `usr` user, `org` organization, `dec` decision, `ses` session, `mth` method, `dev` trusted device, `ntc` notice,
 * `pdv` authenticator device, `chl` prompt on it.
 */
export type IdPrefix =
  'usr' | 'org' | 'dec' | 'ses' | 'mth' | 'dev' | 'enr' | 'key' | 'wvr' | 'ntc' | 'pdv' | 'chl';

const ID_SHAPE = /^[a-z]{3}_[A-Za-z0-9_-]{22}$/;

/** Whether `value` has the wire form of an id with that prefix; says nothing about its existence. */
export function isId(prefix: IdPrefix, value: string): boolean {
  return ID_SHAPE.test(value) && value.startsWith(`${prefix}_`);
}

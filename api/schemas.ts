/** Schemas that several endpoints share. */
import { STATUS_CODES } from 'node:http';
import { Type, type Static, type TObject, type TSchema } from '@sinclair/typebox';
import { Problem } from './problem';

/** An object that refuses unknown properties. */
export const Strict = <T extends Record<string, TSchema>>(properties: T, options: object = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options });

/** One of several objects, told apart by a property that each has as a literal: errors speak of the one that is meant. */
export const OneOfBy = <T extends TObject[]>(propertyName: string, types: [...T]) =>
  Type.Unsafe<Static<T[number]>>({
    type: 'object',
    discriminator: { propertyName },
    required: [propertyName],
    oneOf: types,
  });

/** A value, or null. */
export const Nullable = <T extends TSchema>(type: T) => Type.Union([type, Type.Null()]);

export const UserId = Type.String({ pattern: '^usr_[A-Za-z0-9_-]{22}$', description: 'User id' });
export const DecisionId = Type.String({ pattern: '^dec_[A-Za-z0-9_-]{22}$', description: 'Decision id' });
export const ClientId = Type.String({ pattern: '^[a-z][a-z0-9-]{2,62}$', description: 'Client id' });
export const OrganizationId = Type.String({
  pattern: '^org_[A-Za-z0-9_-]{22}$',
  description: 'Organization id; one other than the own is for platform administrators',
});
export const Ip = Type.String({
  minLength: 2,
  maxLength: 64,
  description: 'IPv4 or IPv6 address of the end user',
});
export const UserAgent = Type.String({ maxLength: 1024 });
export const Fingerprint = Type.String({
  minLength: 1,
  maxLength: 256,
  description: 'Version-stripped browser fingerprint',
});
export const DeviceToken = Type.String({
  minLength: 1,
  maxLength: 256,
  description: 'Secret issued when the device became trusted',
});
export const MfaSessionId = Type.String({
  minLength: 1,
  maxLength: 128,
  description: 'Secret of the MFA session',
});
export const DpopHeader = Type.Optional(
  Type.String({ description: 'Proof of the key that the access token is to be bound to (RFC 9449)' }),
);
/** Shape only: the rules answer with their reason. */
export const NewPassword = Type.String({
  maxLength: 256,
  description: 'Checked by the rules for passwords; refused with `password_refused`',
});
export const MethodId = Type.String({ pattern: '^mth_[A-Za-z0-9_-]{22}$' });
export const MethodName = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'What its owner calls the factor',
});
export const TotpCode = Type.String({ pattern: '^[0-9]{6}$' });

/** `DPoP` for a token that is bound to a key. */
export const TokenType = Type.Union([Type.Literal('Bearer'), Type.Literal('DPoP')]);

export const Methods = Type.Object({
  totp: Type.Boolean(),
  push: Type.Boolean(),
  backupCode: Type.Boolean(),
  passkey: Type.Boolean(),
});

export const ProblemDetails = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String(),
    requestId: Type.String(),
  },
  { $id: 'Problem', description: 'RFC 9457', additionalProperties: true },
);

/** OAuth's error form, used by the block answer and the token endpoint. */
export const OAuthError = Type.Object({ error: Type.String(), error_description: Type.String() });

/** A problem answer, by reference to the one schema. */
export function problemResponse(description = 'Problem') {
  return {
    description,
    content: { 'application/problem+json': { schema: Type.Unsafe({ $ref: 'Problem#' }) } },
  };
}

/** Problem answers of an operation, for the OpenAPI document. */
export function problems(...statuses: number[]) {
  return Object.fromEntries(statuses.map((status) => [status, problemResponse(STATUS_CODES[status])]));
}

export const Limit = Type.String({
  pattern: '^(?:[1-9][0-9]?|1[0-9][0-9]|200)$',
  description: '1–200, default 50',
});

/** The page size asked for. */
export function limitOf(text: string | undefined): number {
  return text === undefined ? 50 : Number(text);
}

/** The instant of a `date-time` query. The format allows leap seconds, which no clock here has: 400. */
export function instantOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const instant = new Date(text);
  if (!Number.isNaN(instant.getTime())) return instant;
  throw new Problem('invalid_request', { detail: 'querystring: does not have the documented format.' });
}

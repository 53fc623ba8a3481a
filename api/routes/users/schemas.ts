/** Users on the wire. */
import { Type, type Static } from '@sinclair/typebox';
import { LOCALE_PATTERN } from '../../../domain/notices/languages';
import type { UserRow } from '../../../storage/users';
import { NewPassword, Nullable, OrganizationId, Strict } from '../../schemas';

const Names = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 50 });

const Login = Type.String({ minLength: 1, maxLength: 256 });
const Email = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^@\\s]+@[^@\\s]+$' });
const ExternalId = Type.String({ minLength: 1, maxLength: 256 });
const Locale = Type.String({
  maxLength: 35,
  pattern: LOCALE_PATTERN,
  description: 'Language of messages, BCP 47: `de`, `fr-CA`',
});

const inputProperties = {
  login: Login,
  email: Type.Optional(Email),
  externalId: Type.Optional(ExternalId),
  password: Type.Optional(NewPassword),
  passwordHash: Type.Optional(Type.String({ maxLength: 512, description: 'argon2id, PHC format' })),
  totpSecret: Type.Optional(
    Type.String({ minLength: 16, maxLength: 256, description: 'Base32; active at once' }),
  ),
  roles: Type.Optional(Names),
  groups: Type.Optional(Names),
  locale: Type.Optional(Locale),
};
/** A user as created: a row of an import, the administrator of a new organization. */
export const UserInputSchema = Strict(inputProperties);

export const CreateUserSchema = Strict({
  ...inputProperties,
  organizationId: Type.Optional(OrganizationId),
});

export const UserPatchSchema = Strict(
  {
    login: Type.Optional(Login),
    email: Type.Optional(Nullable(Email)),
    externalId: Type.Optional(Nullable(ExternalId)),
    password: Type.Optional(NewPassword),
    roles: Type.Optional(Names),
    groups: Type.Optional(Names),
    locale: Type.Optional(Nullable(Locale)),
  },
  { minProperties: 1 },
);
export type UserPatch = Static<typeof UserPatchSchema>;

export const UserSchema = Type.Object({
  id: Type.String(),
  userId: Type.String({ description: 'The same as id' }),
  organizationId: Type.String(),
  login: Type.String(),
  email: Type.Union([Type.String(), Type.Null()]),
  externalId: Type.Union([Type.String(), Type.Null()]),
  status: Type.Union([Type.Literal('active'), Type.Literal('disabled')]),
  roles: Type.Array(Type.String()),
  groups: Type.Array(Type.String()),
  locale: Type.Union([Type.String(), Type.Null()]),
  createdAt: Type.String({ format: 'date-time' }),
});

/** A stored user as answered. */
export function userAnswer(user: UserRow) {
  const { id, organizationId, login, email, externalId, status, roles, groups, locale, createdAt } = user;
  return {
    id,
    userId: id,
    organizationId,
    login,
    email,
    externalId,
    status,
    roles: [...roles],
    groups: [...groups],
    locale,
    createdAt: createdAt.toISOString(),
  };
}

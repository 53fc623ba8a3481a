/** Users on the wire. */
import { Type } from '@sinclair/typebox';
import type { UserRow } from '../../../storage/users';
import { NewPassword, Strict } from '../../schemas';

const Names = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 50 });

export const UserInputSchema = Strict({
  login: Type.String({ minLength: 1, maxLength: 256 }),
  email: Type.Optional(Type.String({ minLength: 3, maxLength: 254, pattern: '^[^@\\s]+@[^@\\s]+$' })),
  externalId: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  password: Type.Optional(NewPassword),
  passwordHash: Type.Optional(Type.String({ maxLength: 512, description: 'argon2id, PHC format' })),
  totpSecret: Type.Optional(
    Type.String({ minLength: 16, maxLength: 256, description: 'Base32; active at once' }),
  ),
  roles: Type.Optional(Names),
  groups: Type.Optional(Names),
});

export const UserSchema = Type.Object({
  id: Type.String(),
  userId: Type.String({ description: 'The same as id' }),
  login: Type.String(),
  email: Type.Union([Type.String(), Type.Null()]),
  externalId: Type.Union([Type.String(), Type.Null()]),
  status: Type.Union([Type.Literal('active'), Type.Literal('disabled')]),
  roles: Type.Array(Type.String()),
  groups: Type.Array(Type.String()),
  createdAt: Type.String({ format: 'date-time' }),
});

/** A stored user as answered. */
export function userAnswer(user: UserRow) {
  const { id, login, email, externalId, status, roles, groups, createdAt } = user;
  return {
    id,
    userId: id,
    login,
    email,
    externalId,
    status,
    roles: [...roles],
    groups: [...groups],
    createdAt: createdAt.toISOString(),
  };
}

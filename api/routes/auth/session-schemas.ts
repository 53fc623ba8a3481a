/** Sessions on the wire, for their user. */
import { Type } from '@sinclair/typebox';
import type { SessionRow } from '../../../storage/session-lookup';
import { Nullable, problems, Strict, TokenType } from '../../schemas';

export const SessionId = Type.String({ pattern: '^ses_[A-Za-z0-9_-]{22}$' });
const Instant = Type.String({ format: 'date-time' });

const shared = { tags: ['Directory'], security: [{ token: [] }] };
const params = Strict({ id: SessionId });

export const listSchema = {
  ...shared,
  summary: "List the user's live sessions",
  response: {
    200: Type.Object({
      sessions: Type.Array(
        Type.Object({
          id: Type.String(),
          clientId: Type.String(),
          createdAt: Instant,
          expiresAt: Instant,
          lastMfaAt: Nullable(Instant),
          stepUpRequired: Type.Boolean({ description: 'Fresh MFA is demanded before anything else' }),
          current: Type.Boolean(),
        }),
      ),
    }),
    ...problems(401, 429, 503),
  },
};

export const endSchema = {
  ...shared,
  summary: "End one of the user's sessions",
  params,
  response: { 204: Type.Null(), ...problems(400, 401, 404, 429, 503) },
};

export const endOthersSchema = {
  ...shared,
  summary: 'End all sessions of the user but the one that asks',
  response: { 204: Type.Null(), ...problems(401, 429, 503) },
};

export const reportSchema = {
  ...shared,
  summary: 'Report a session as somebody else’s',
  description:
    'Ends it, forgets its device, and demands fresh MFA of every other session of the user, this one too. A user without a method keeps this session only.',
  params,
  response: { 204: Type.Null(), ...problems(400, 401, 404, 429, 503) },
};

export const renewSchema = {
  ...shared,
  summary: 'Exchange the access token for a new one',
  description: 'While the session is within its limits. The old token stays valid until it expires.',
  response: {
    200: Type.Object({
      accessToken: Type.String(),
      tokenType: TokenType,
      expiresIn: Type.Integer({ description: 'Seconds' }),
    }),
    ...problems(401, 403, 429, 503),
  },
};

export const signOutSchema = {
  ...shared,
  summary: 'End the session of the access token',
  response: { 204: Type.Null(), ...problems(401, 429, 503) },
};

/** A session as its user sees it. */
export function sessionAnswer(session: SessionRow, currentId: string) {
  const { id, clientId, createdAt, expiresAt, proofAt, stepUpRequired } = session;
  return {
    id,
    clientId,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    lastMfaAt: proofAt?.toISOString() ?? null,
    stepUpRequired,
    current: id === currentId,
  };
}

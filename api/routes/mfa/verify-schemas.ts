/** `POST /api/v1/auth/mfa/verify` on the wire: one form of body for each method. */
import { Type, type Static } from '@sinclair/typebox';
import { BACKUP_CODE_PATTERN } from '../../../domain/credentials/backup-code';
import { DpopHeader, MfaSessionId, OneOfBy, problems, Strict, TokenType, TotpCode } from '../../schemas';
import { ChallengeId } from '../devices/schemas';
import { AssertionCredential } from './passkey-schemas';

const shared = { mfaSessionId: MfaSessionId, trustDevice: Type.Optional(Type.Boolean()) };

const Body = OneOfBy('method', [
  Strict({ ...shared, method: Type.Literal('totp'), code: TotpCode }),
  Strict({
    ...shared,
    method: Type.Literal('backupCode'),
    code: Type.String({
      maxLength: 64,
      pattern: BACKUP_CODE_PATTERN,
      description: 'Spaces, dashes and case do not matter',
    }),
  }),
  Strict({ ...shared, method: Type.Literal('passkey'), credential: AssertionCredential }),
  Strict({ mfaSessionId: MfaSessionId, method: Type.Literal('push'), challengeId: ChallengeId }),
]);
export type VerifyBody = Static<typeof Body>;
/** The methods whose answer comes from the sign-in screen itself. */
export type DirectBody = Exclude<VerifyBody, { method: 'push' }>;

const Answer = Type.Object({
  verified: Type.Literal(true),
  userId: Type.String(),
  sessionId: Type.String(),
  receipt: Type.String(),
  deviceToken: Type.Optional(Type.String()),
  deviceTokenExpiresAt: Type.Optional(Type.String({ format: 'date-time' })),
  accessToken: Type.Optional(Type.String({ description: 'For sign-ins begun at /auth/sign-in' })),
  tokenType: Type.Optional(TokenType),
});
export type VerifyAnswer = Static<typeof Answer>;

export const verifySchema = {
  tags: ['Sign-in'],
  summary: 'Verify the second factor of an MFA session',
  description:
    'Five wrong answers end the session; a session verifies once. With an `Idempotency-Key` the same request may be sent again after a lost answer. Client credentials are optional; if sent they must be those of the client that opened the session.',
  security: [{}, { client: [] }, { token: [] }],
  headers: Type.Object({ dpop: DpopHeader }),
  body: Body,
  response: { 200: Answer, ...problems(400, 401, 409, 422, 429, 503) },
};

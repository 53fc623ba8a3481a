/** What `status/check` and `/auth/sign-in` answer. */
import { Type } from '@sinclair/typebox';
import { Methods, OAuthError, problemResponse, TokenType } from '../../schemas';

export const SignInAnswer = Type.Object({
  mfaRequired: Type.Boolean(),
  requireMFA: Type.Boolean(),
  enrollmentRequired: Type.Boolean(),
  decisionId: Type.String(),
  mfaSessionId: Type.Optional(Type.String()),
  methods: Type.Optional(Methods),
  expiresIn: Type.Optional(Type.Integer()),
  sessionId: Type.Optional(Type.String()),
  receipt: Type.Optional(Type.String()),
  accessToken: Type.Optional(Type.String({ description: 'Only from /auth/sign-in' })),
  tokenType: Type.Optional(TokenType),
});

/** The 403 answers. */
export const signInRefusal = {
  description: 'Blocked (OAuth error form), or a factor has to be enrolled first (problem)',
  content: { 'application/json': { schema: OAuthError }, ...problemResponse().content },
};

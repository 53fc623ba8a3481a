/** Step-ups on the wire. */
import { Type, type Static } from '@sinclair/typebox';
import {
  DeviceToken,
  Fingerprint,
  Ip,
  Methods,
  OAuthError,
  problemResponse,
  problems,
  Strict,
  UserAgent,
} from '../../schemas';

const Action = Type.String({ minLength: 1, maxLength: 64, pattern: '^[a-z][a-z0-9-]*$' });

const TransactionSchema = Strict({
  amount: Type.String({ pattern: '^[0-9]{1,15}(\\.[0-9]{1,6})?$' }),
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  payee: Type.String({ minLength: 1, maxLength: 256 }),
  reference: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
});

const StepUpBodySchema = Strict({
  action: Action,
  transaction: Type.Optional(TransactionSchema),
  maxAge: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_800 })),
  context: Type.Optional(
    Strict({
      ip: Type.Optional(Ip),
      userAgent: Type.Optional(UserAgent),
      fingerprint: Type.Optional(Fingerprint),
      deviceToken: Type.Optional(DeviceToken),
    }),
  ),
});
export type StepUpBody = Static<typeof StepUpBodySchema>;

export const stepUpSchema = {
  tags: ['Step-up'],
  summary: 'Ask for fresh proof before a sensitive action',
  description:
    'Approved at once when MFA was proven in this very session no longer ago than the action allows (default 300 s) and the risk is low; a transaction is always approved by itself.',
  security: [{ token: [] }],
  body: StepUpBodySchema,
  response: {
    200: Type.Object({
      stepUpRequired: Type.Boolean(),
      verified: Type.Optional(Type.Literal(true)),
      reason: Type.Optional(Type.String()),
      receipt: Type.Optional(Type.String()),
      mfaSessionId: Type.Optional(Type.String()),
      methods: Type.Optional(Methods),
      expiresIn: Type.Optional(Type.Integer()),
    }),
    403: {
      description: 'Blocked (OAuth error form), or no method is enrolled (problem)',
      content: { 'application/json': { schema: OAuthError }, ...problemResponse().content },
    },
    ...problems(400, 401, 429, 503),
  },
};

const RedeemBodySchema = Strict({
  receipt: Type.String({ minLength: 1, maxLength: 4_096 }),
  action: Action,
  transaction: Type.Optional(TransactionSchema),
});
export type RedeemBody = Static<typeof RedeemBodySchema>;

export const redeemSchema = {
  tags: ['Step-up'],
  summary: 'Redeem the receipt of a step-up, exactly once',
  description:
    'With an `Idempotency-Key` whoever lost the answer asks again with the same key and gets the same one.',
  security: [{ client: [] }, { token: [] }],
  body: RedeemBodySchema,
  response: {
    200: Type.Object({
      valid: Type.Literal(true),
      userId: Type.String(),
      sessionId: Type.String(),
      action: Type.String(),
      decisionId: Type.String(),
    }),
    ...problems(400, 401, 409, 429, 503),
  },
};

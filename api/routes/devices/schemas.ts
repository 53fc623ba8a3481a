/** What authenticator devices send. */
import { Type, type Static } from '@sinclair/typebox';
import { PROMPT_DECISIONS } from '../../../domain/push';
import { Strict } from '../../schemas';

export const ChallengeId = Type.String({ pattern: '^chl_[A-Za-z0-9_-]{22}$', description: 'Prompt id' });

/** The headers of a signed request; a bad one is a 401 like a bad signature, so they have no pattern here. */
export const signedHeaders = Type.Object({
  'x-device-id': Type.Optional(Type.String({ description: '`new` when the device is being paired' })),
  'x-device-time': Type.Optional(Type.String({ description: 'Epoch seconds' })),
  'x-device-nonce': Type.Optional(
    Type.String({ description: '16 to 128 characters of base64url, used once' }),
  ),
  'x-device-signature': Type.Optional(
    Type.String({ description: 'ES256 in IEEE P1363 form with low s, base64url' }),
  ),
});

const Coordinate = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });
export const PublicKey = Strict(
  { kty: Type.Literal('EC'), crv: Type.Literal('P-256'), x: Coordinate, y: Coordinate },
  { description: 'JWK (RFC 7517) of the public key: these four members' },
);

const Subscription = Strict(
  {
    endpoint: Type.String({ maxLength: 2048, description: 'https, of a push service' }),
    keys: Strict({
      p256dh: Type.String({ pattern: '^[A-Za-z0-9_-]{87}=?$' }),
      auth: Type.String({ pattern: '^[A-Za-z0-9_-]{22}(?:==)?$' }),
    }),
    expirationTime: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
  },
  { description: 'As `PushSubscription.toJSON()` of the browser gives it' },
);

export const PairBody = Strict({
  pairingCode: Type.String({ minLength: 1, maxLength: 128 }),
  publicKey: PublicKey,
  name: Type.String({ minLength: 1, maxLength: 64, description: 'What the user calls the device' }),
  pushSubscription: Type.Optional(Subscription),
});
export type PairBody = Static<typeof PairBody>;

export const AnswerBody = Strict({
  decision: Type.Union(PROMPT_DECISIONS.map((decision) => Type.Literal(decision))),
  number: Type.Optional(
    Type.String({ pattern: '^(?:[0-9]{2}|[0-9]{6})$', description: 'As the sign-in screen shows it' }),
  ),
});
export type AnswerBody = Static<typeof AnswerBody>;

/** WebAuthn on the wire: the JSON forms of level 3 (`PublicKeyCredential.toJSON`, `parse…OptionsFromJSON`), bounded. */
import { Type } from '@sinclair/typebox';
import { Nullable, Strict } from '../../schemas';

const base64url = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[A-Za-z0-9_-]+$', description: 'base64url' });

/** At most 1,023 bytes (WebAuthn L3 §4). */
const CredentialId = base64url(1_364);
const PublicKeyType = Type.Literal('public-key');

/** What every credential has; extension results are accepted and not looked at. */
const shared = {
  id: CredentialId,
  rawId: CredentialId,
  type: PublicKeyType,
  authenticatorAttachment: Type.Optional(Nullable(Type.String({ maxLength: 64 }))),
  clientExtensionResults: Type.Optional(Type.Unsafe<Record<string, unknown>>({ type: 'object' })),
};

/** The answer of `navigator.credentials.get`. */
export const AssertionCredential = Strict({
  ...shared,
  response: Strict({
    clientDataJSON: base64url(4_096),
    authenticatorData: base64url(2_048),
    signature: base64url(1_366),
    userHandle: Type.Optional(Nullable(base64url(86))),
  }),
});

/** The answer of `navigator.credentials.create`. What repeats the attestation object is not looked at. */
export const RegistrationCredential = Strict({
  ...shared,
  response: Strict({
    clientDataJSON: base64url(4_096),
    attestationObject: base64url(8_192),
    transports: Type.Optional(Type.Array(Type.String({ pattern: '^[a-z-]{1,32}$' }), { maxItems: 8 })),
    authenticatorData: Type.Optional(base64url(4_096)),
    publicKey: Type.Optional(Nullable(base64url(2_048))),
    publicKeyAlgorithm: Type.Optional(Type.Integer()),
  }),
});

const Milliseconds = Type.Optional(Type.Integer({ description: 'Milliseconds' }));

const Descriptor = Type.Object({
  id: Type.String(),
  type: Type.String(),
  transports: Type.Optional(Type.Array(Type.String())),
});

/** For `PublicKeyCredential.parseCreationOptionsFromJSON`; what is optional there is optional here. */
export const CreationOptions = Type.Object({
  rp: Type.Object({ id: Type.Optional(Type.String()), name: Type.String() }),
  user: Type.Object({ id: Type.String(), name: Type.String(), displayName: Type.String() }),
  challenge: Type.String(),
  pubKeyCredParams: Type.Array(Type.Object({ type: PublicKeyType, alg: Type.Integer() })),
  timeout: Milliseconds,
  excludeCredentials: Type.Optional(Type.Array(Descriptor)),
  authenticatorSelection: Type.Optional(
    Type.Object({
      residentKey: Type.Optional(Type.String()),
      userVerification: Type.Optional(Type.String()),
    }),
  ),
  attestation: Type.Optional(Type.String()),
});

/** For `PublicKeyCredential.parseRequestOptionsFromJSON`. */
export const RequestOptions = Type.Object({
  challenge: Type.String(),
  rpId: Type.Optional(Type.String()),
  timeout: Milliseconds,
  allowCredentials: Type.Optional(Type.Array(Descriptor)),
  userVerification: Type.Optional(Type.String()),
});

/**
 * Asking for an assertion and checking it (WebAuthn L3 §7.2). Owns every check but three, which need the store: whose
 * passkey it is, that the challenge is spent once, and whether the counter moved on. Must never say why one is refused.
 */
import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import {
  generateAuthenticationOptions,
  verifyAuthenticationResponse,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import type { PasskeyDescriptor, PasskeyRow } from '../storage/passkeys';
import { isOfTopLevelPage } from './passkey-client-data';
import { hashSecret } from './random-ids';
import type { RelyingParty } from './relying-party';

const StoredAssertion = Type.Object({
  credentialId: Type.String(),
  clientDataJSON: Type.String(),
  authenticatorData: Type.String(),
  signature: Type.String(),
  userHandle: Type.Optional(Type.String()),
});

/** What an authenticator signed, each part as base64url. */
export type Assertion = Readonly<Static<typeof StoredAssertion>>;

/** Reads an assertion from the store; `undefined` for anything else. */
export function parseAssertion(value: unknown): Assertion | undefined {
  return Value.Check(StoredAssertion, value) ? value : undefined;
}

/** The options of `navigator.credentials.get`, for one of these passkeys, with user verification. */
export function requestOptions(
  { id: rpID }: RelyingParty,
  request: { challenge: string; passkeys: readonly PasskeyDescriptor[]; timeoutMs: number },
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID,
    challenge: Buffer.from(request.challenge, 'base64url'),
    allowCredentials: request.passkeys.map(({ credentialId, transports }) => ({
      id: credentialId,
      transports: [...transports],
    })),
    userVerification: 'required',
    timeout: request.timeoutMs,
  });
}

/** What a good assertion says about its authenticator. */
export interface AssertionFacts {
  readonly signCount: number;
  readonly backedUp: boolean;
}

/** Checks an assertion of this passkey for the challenge with this hash; `undefined` when anything is wrong. */
export async function verifyAssertion(
  relyingParty: RelyingParty,
  { assertion, passkey, challengeHash }: { assertion: Assertion; passkey: PasskeyRow; challengeHash: string },
): Promise<AssertionFacts | undefined> {
  const { credentialId, userHandle, ...response } = assertion;
  // An account mixed up: the authenticator used the credential of somebody else of this name.
  if (userHandle !== undefined && userHandle !== passkey.userHandle) return undefined;
  // Clickjacking: a page that frames ours would get the owner to sign for it.
  if (!isOfTopLevelPage(response.clientDataJSON)) return undefined;
  try {
    const { verified, authenticationInfo: info } = await verifyAuthenticationResponse({
      response: {
        id: credentialId,
        rawId: credentialId,
        type: 'public-key',
        clientExtensionResults: {},
        response,
      },
      expectedChallenge: (challenge) => hashSecret(challenge) === challengeHash,
      expectedOrigin: [...relyingParty.origins],
      expectedRPID: relyingParty.id,
      requireUserVerification: true,
      // The library looks at the counter before the signature; ours is looked at afterwards (`isCounterRegressed`), so
      // that nobody without the key can make a passkey look copied.
      credential: { id: passkey.credentialId, publicKey: new Uint8Array(passkey.publicKey), counter: 0 },
    });
    // Backup eligibility never changes in the life of a credential (WebAuthn L3 §7.2).
    const isSameKind = (info.credentialDeviceType === 'multiDevice') === passkey.backupEligible;
    if (!verified || !isSameKind) return undefined;
    return { signCount: info.newCounter, backedUp: info.credentialBackedUp };
  } catch {
    // The library's way to refuse; its messages repeat input.
    return undefined;
  }
}

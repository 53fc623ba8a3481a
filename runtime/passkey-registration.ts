/**
 * Asking for a new passkey and checking it (WebAuthn L3 §7.1). No attestation is asked for: which make an authenticator
 * is of decides nothing here. Must never say why one is refused.
 */
import {
  generateRegistrationOptions,
  verifyRegistrationResponse,
  type PublicKeyCredentialCreationOptionsJSON,
} from '@simplewebauthn/server';
import { decodeAttestationObject, isoBase64URL } from '@simplewebauthn/server/helpers';
import { CHALLENGE_SECONDS } from '../domain/credentials/passkey';
import type { PasskeyDescriptor, PasskeyRow } from '../storage/passkeys';
import { isOfTopLevelPage } from './passkey-client-data';
import { hashSecret } from './random-ids';
import type { RelyingParty } from './relying-party';

/** EdDSA, ES256, RS256 (COSE), in the order of preference. */
const ALGORITHMS = [-8, -7, -257];

/** The options of `navigator.credentials.create`. */
export function creationOptions(
  { id: rpID, name: rpName }: RelyingParty,
  wanted: {
    challenge: string;
    userHandle: string;
    login: string;
    /** Registered already: an authenticator that holds one of them declines. */
    passkeys: readonly PasskeyDescriptor[];
  },
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  return generateRegistrationOptions({
    rpID,
    rpName,
    challenge: Buffer.from(wanted.challenge, 'base64url'),
    userID: Buffer.from(wanted.userHandle, 'base64url'),
    userName: wanted.login,
    userDisplayName: wanted.login,
    excludeCredentials: wanted.passkeys.map(({ credentialId, transports }) => ({
      id: credentialId,
      transports: [...transports],
    })),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    timeout: CHALLENGE_SECONDS * 1_000,
  });
}

/** A new credential as it was sent, each part as base64url. */
export interface SentCredential {
  readonly id: string;
  readonly rawId: string;
  readonly response: { readonly clientDataJSON: string; readonly attestationObject: string };
}

/** A new credential that passed every check. */
export interface RegisteredCredential extends Pick<
  PasskeyRow,
  'credentialId' | 'publicKey' | 'signCount' | 'backupEligible'
> {
  readonly backedUp: boolean;
}

/** Checks a new credential, made for the challenge with this hash; `undefined` when anything is wrong. */
export async function verifyRegistration(
  relyingParty: RelyingParty,
  { credential, challengeHash }: { credential: SentCredential; challengeHash: string },
): Promise<RegisteredCredential | undefined> {
  const { id, rawId } = credential;
  const { clientDataJSON, attestationObject } = credential.response;
  // Clickjacking: a page that frames ours would get the owner to enrol for it.
  if (!isOfTopLevelPage(clientDataJSON)) return undefined;
  try {
    if (!isWithoutCertificates(attestationObject)) return undefined;
    const { verified, registrationInfo: info } = await verifyRegistrationResponse({
      response: {
        id,
        rawId,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON, attestationObject },
      },
      expectedChallenge: (challenge) => hashSecret(challenge) === challengeHash,
      expectedOrigin: [...relyingParty.origins],
      expectedRPID: relyingParty.id,
      requireUserPresence: true,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    // What the client calls the credential must be what the authenticator called it.
    if (!verified || info.credential.id !== id) return undefined;
    return {
      credentialId: info.credential.id,
      publicKey: Buffer.from(info.credential.publicKey),
      signCount: info.credential.counter,
      backupEligible: info.credentialDeviceType === 'multiDevice',
      backedUp: info.credentialBackedUp,
    };
  } catch {
    // The library's way to refuse; its messages repeat input.
    return undefined;
  }
}

/**
 * None, or signed by the new key itself, which browsers let pass too. Certificates would have to be parsed, and of some
 * formats their revocation lists fetched: work and requests that a stranger directs (SSRF), to learn what nobody asked.
 */
function isWithoutCertificates(attestationObject: string): boolean {
  const decoded = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject));
  const format = decoded.get('fmt');
  return format === 'none' || (format === 'packed' && decoded.get('attStmt').get('x5c') === undefined);
}

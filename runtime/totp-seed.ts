/** TOTP seeds at rest: sealed to their user and authenticator, so that a row copied to another account does not open. */
import { seal, unseal, type KeyRing, type Sealed } from './keys';

interface SeedOwner {
  readonly userId: string;
  readonly methodId: string;
}

/** Seals a seed (canonical Base32) to its owner. */
export function sealSeed(keys: KeyRing, seed: string, { userId, methodId }: SeedOwner): Sealed {
  return seal(keys, Buffer.from(seed), [userId, methodId]);
}

/** Opens a seed as it is stored; throws when it does not belong to its row. */
export function openSeed(
  keys: KeyRing,
  row: { id: string; userId: string; sealedSeed: Buffer; seedKeyId: string },
): string {
  return unseal(keys, { keyId: row.seedKeyId, box: row.sealedSeed }, [row.userId, row.id]).toString('utf8');
}

/** The code of a recovery case in the only form that is stored or enters a workflow. */
import type { KeyRing } from './keys';

/** `HMAC(recovery, case ‖ code)`, by the current key or by the one that digested the stored code. */
export function recoveryCodeDigest(
  keys: KeyRing,
  { caseId, code }: { caseId: string; code: string },
  keyId?: string,
): Buffer {
  return keys.digest('recovery', [caseId, code], keyId);
}

/** Trust in the device of a verified sign-in. */
import type { PolicySettings } from '../domain/policy/policy';
import type { SignInFacts } from '../domain/risk/facts';
import { newId } from '../runtime/random-ids';
import type { PoolClient } from '../storage/postgres';
import { trustDevice } from '../storage/sessions';
import type { StoredDecision } from '../storage/sign-ins';
import type { SubmittedAnswer } from '../workflows/messages';

export interface TrustWish {
  /** Absent when it came by Signal. */
  readonly answer: SubmittedAnswer | undefined;
  readonly deviceKey: string;
  readonly signIn: StoredDecision;
  readonly settings: PolicySettings | 'unreadable';
}

/**
 * Trust by the application's setting: `auto` unless declined, `ask` only when asked for, `off` never. Returns the end of
 * the trust (epoch ms), or `undefined` when the device is not trusted.
 */
export async function trustIfWanted(
  tx: PoolClient,
  { answer, deviceKey, signIn, settings }: TrustWish,
): Promise<number | undefined> {
  const mode = settings === 'unreadable' ? 'off' : settings.trustDevice;
  const wanted =
    mode === 'auto' ? answer?.trustDevice !== false : mode === 'ask' && answer?.trustDevice === true;
  // Without an answer over HTTP nobody would receive the token.
  if (!answer || !wanted) return undefined;
  return trustDevice(tx, {
    id: newId('dev'),
    userId: signIn.userId,
    deviceKey,
    tokenHash: answer.newDeviceTokenHash,
    name: deviceName(signIn.facts),
  });
}

function deviceName(facts: SignInFacts | null): string {
  return facts ? `${facts.agent.browserFamily} on ${facts.agent.osFamily}` : 'Unknown device';
}

/** What a prompt shows, and whether it can show what has to be seen. */
import { readSettingsOrDefaults } from '../domain/policy/parse-settings';
import type { NumberDigits } from '../domain/push';
import { findApplication } from '../storage/applications';
import { findShownTransaction, type MfaSessionRow } from '../storage/mfa-sessions';
import type { ShownPrompt } from '../storage/shown-prompts';
import type { StoredDecision } from '../storage/sign-ins';
import type { ApiDeps } from './deps';
import { Problem } from './problem';
import { transactionHashOf } from './start-step-up';

/** How many digits are compared for this application. */
export async function numberDigitsOf({ pool }: ApiDeps, clientId: string): Promise<NumberDigits> {
  const application = await findApplication(pool, clientId, undefined);
  return readSettingsOrDefaults(application?.settings).pushNumberDigits;
}

/** What you see is what you sign: a transaction that the device cannot show must not be approved on it. */
export async function assertCanBeShown(
  { pool }: ApiDeps,
  session: MfaSessionRow,
  { transactionHash }: StoredDecision,
): Promise<void> {
  if (transactionHash === null) return;
  const shown = await findShownTransaction(pool, session.idHash);
  if (!shown || transactionHashOf(shown) !== transactionHash) throw new Problem('push_unavailable');
}

/** A prompt as devices get it. Place and device are those of the sign-in, as far as they are known. */
export function promptOnTheWire(prompt: ShownPrompt) {
  const { challengeId, clientId, clientName, city, country, browserFamily, osFamily, at, expiresAt } = prompt;
  const { numberDigits, action, transaction } = prompt;
  const place = [city, country].filter((part) => part !== null).join(', ');
  return {
    challengeId,
    clientId,
    clientName,
    place: place === '' ? null : place,
    device: browserFamily === null ? 'unknown' : `${browserFamily} on ${osFamily ?? 'unknown'}`,
    at: at.toISOString(),
    expiresAt: expiresAt.toISOString(),
    numberDigits,
    ...(action !== null && { action }),
    ...(transaction !== null && { transaction }),
  };
}

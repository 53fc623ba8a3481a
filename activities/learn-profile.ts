/** Teaches the stored profile a completed sign-in, on the value as it is now, under its row lock. */
import type { SignInFacts } from '../domain/risk/facts';
import { emptyProfile, learn, learnWhereabouts } from '../domain/risk/learn';
import { featureValues } from '../domain/risk/likelihood/features';
import { parseProfile } from '../domain/risk/parse-profile';
import { inTransaction, type PoolClient } from '../storage/postgres';
import { lockProfile, ProfileStoreError, saveProfile } from '../storage/risk-inputs';
import type { ActivityDeps } from './deps';

export interface Lesson {
  readonly userId: string;
  readonly facts: SignInFacts;
  readonly mfa: boolean;
  /** Teaches from where the next journey is measured, and nothing else. */
  readonly whereaboutsOnly?: boolean;
  /** Epoch ms, when this sign-in made the device trusted. */
  readonly trustedUntil?: number | undefined;
}

/**
 * Locks, learns, saves. A stored profile that cannot be read starts anew after a verified MFA only:
 * without a proof, damage must not be a way to forget.
 */
export async function learnFrom(tx: PoolClient, lesson: Lesson): Promise<void> {
  const { userId, facts, mfa, trustedUntil, whereaboutsOnly } = lesson;
  const locked = await lockProfile(tx, userId);
  const profile = readProfile(locked.profile, mfa);
  if (!profile) return;
  if (whereaboutsOnly) {
    await saveProfile(tx, userId, { profile: learnWhereabouts({ profile, facts, now: locked.now }) });
    return;
  }
  const learned = learn({
    profile,
    facts,
    mfa,
    now: locked.now,
    ...(trustedUntil !== undefined && { trustedUntil }),
  });
  await saveProfile(tx, userId, { profile: learned, observed: featureValues(facts) });
}

/**
 * Runs a transaction that may learn. A broken profile store costs the lesson, not the sign-in: the transaction is
 * run again without learning, which can only mean more challenges later.
 */
export async function learningIfPossible<T>(
  { pool, logger }: Pick<ActivityDeps, 'pool' | 'logger'>,
  work: (tx: PoolClient, options: { learns: boolean }) => Promise<T>,
): Promise<T> {
  try {
    return await inTransaction(pool, (tx) => work(tx, { learns: true }));
  } catch (error) {
    if (!(error instanceof ProfileStoreError)) throw error;
    logger.warn('profile store failed; going on without learning');
    return inTransaction(pool, (tx) => work(tx, { learns: false }));
  }
}

function readProfile(stored: unknown, mfa: boolean) {
  if (stored === null) return emptyProfile();
  try {
    return parseProfile(stored);
  } catch {
    return mfa ? emptyProfile() : undefined;
  }
}

/** When which attack happens, and whom it meets. */
import { attack } from './attacks';
import { ATTACK_LABELS, type AttackLabel, type DraftEvent } from './labelled-event';
import { createRandom, type Random } from './random';
import type { Completed, Day, Lived } from './user-day';
import type { User } from './user';

export interface AttackOptions {
  readonly seed: number;
  readonly days: number;
  readonly attacksPerClass: number;
  readonly holdTokens: boolean;
}

export interface AttackPlan {
  /** The attacks of a day. What finds no victim waits for the next day. */
  readonly attacksOn: (day: Day, users: readonly User[], lived: Lived) => readonly DraftEvent[];
}

/** A victim has a history to compare with. */
const LEAST_SIGN_INS = 5;
/** First days without attacks, at most this part of the stream. */
const QUIET_DAYS = 14;
const QUIET_SHARE = 0.25;
const DAY_MS = 86_400_000;
const HIJACK_AFTER_MS = 30 * 60_000;
const HIJACK_JITTER_MS = 90_000;

/** Spreads the attacks of each class evenly over the stream. */
export function planAttacks(options: AttackOptions): AttackPlan {
  const { seed, days, attacksPerClass } = options;
  const random = createRandom(seed, 'attacks');
  const firstDay = Math.min(QUIET_DAYS, Math.floor(days * QUIET_SHARE));
  const due: AttackLabel[][] = Array.from({ length: days }, () => []);
  for (const label of ATTACK_LABELS) {
    for (let left = attacksPerClass; left > 0; left -= 1) {
      due[random.between(firstDay, days - 1)]?.push(label);
    }
  }
  return {
    attacksOn(day, users, lived) {
      const victims = users.filter(
        ({ completedSignIns, lastDevice }) => completedSignIns >= LEAST_SIGN_INS && lastDevice !== undefined,
      );
      const events: DraftEvent[] = [];
      for (const label of due[day.number] ?? []) {
        const met = label === 'far_hijack' ? meetAfterSignIn(lived, random) : meet(victims, day, random);
        if (met === undefined) due[day.number + 1]?.push(label);
        else events.push(...attackOn(label, { met, day, random, holdTokens: options.holdTokens }));
      }
      return events;
    },
  };
}

interface Meeting {
  readonly user: User;
  readonly at: number;
  readonly after?: Completed;
}

function attackOn(
  label: AttackLabel,
  { met, day, random, holdTokens }: { met: Meeting; day: Day; random: Random; holdTokens: boolean },
): readonly DraftEvent[] {
  const device = met.user.lastDevice;
  if (device === undefined) return [];
  return attack(label, { ...met, device, world: day.world, day: day.number, random, holdTokens });
}

function meet(victims: readonly User[], { midnight }: Day, random: Random): Meeting | undefined {
  if (victims.length === 0) return undefined;
  return { user: random.pick(victims), at: midnight + random.below(DAY_MS) };
}

/** Half an hour after a sign-in whose place is the user's own: behind a VPN nobody travels. */
function meetAfterSignIn({ completed }: Lived, random: Random): Meeting | undefined {
  const seen = completed.filter(
    ({ user, spot }) => !spot.isMasked && user.completedSignIns > LEAST_SIGN_INS && spot.point.latitude !== 0,
  );
  if (seen.length === 0) return undefined;
  const after = random.pick(seen);
  return { user: after.user, at: after.at + HIJACK_AFTER_MS + random.below(HIJACK_JITTER_MS), after };
}

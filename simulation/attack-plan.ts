/** When which attack happens, and whom it meets. */
import { attack } from './attacks';
import type { Device } from './device';
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
  readonly attacksOn: (day: Day, victims: readonly Victim[], lived: Lived) => readonly DraftEvent[];
}

/** Somebody with a history, and the device of their last sign-in. */
export interface Victim {
  readonly user: User;
  readonly device: Device;
  readonly showsHomeLine: boolean;
}

/** A victim has a history to compare with. */
const LEAST_SIGN_INS = 5;
/** First days without attacks, at most this part of the stream. */
const QUIET_DAYS = 14;
const QUIET_SHARE = 0.25;
const DAY_MS = 86_400_000;
const HIJACK_AFTER_MS = 30 * 60_000;
const HIJACK_JITTER_MS = 90_000;

/** Whom an attack of this day can meet; asked before the day is lived, so that the history lies before the attack. */
export function victimsAmong(users: readonly User[]): readonly Victim[] {
  return users.flatMap((user) => {
    const { completedSignIns, lastDevice: device } = user;
    return device === undefined || completedSignIns < LEAST_SIGN_INS
      ? []
      : [{ user, device, showsHomeLine: user.hasUsedHomeLine }];
  });
}

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
    attacksOn(day, victims, lived) {
      const events: DraftEvent[] = [];
      for (const label of due[day.number] ?? []) {
        const met =
          label === 'far_hijack'
            ? meetAfterSignIn(lived, random)
            : meet(suitable(victims, label), day, random);
        if (met === undefined) due[day.number + 1]?.push(label);
        else {
          const { world, number } = day;
          events.push(
            ...attack(label, { ...met, world, day: number, random, holdTokens: options.holdTokens }),
          );
        }
      }
      return events;
    },
  };
}

/** A neighbour's line is a disguise only where the home line was ever seen. */
function suitable(victims: readonly Victim[], label: AttackLabel): readonly Victim[] {
  const isNeighbour = label === 'targeted' || label === 'cloned_isp';
  return isNeighbour ? victims.filter(({ showsHomeLine }) => showsHomeLine) : victims;
}

interface Meeting extends Omit<Victim, 'showsHomeLine'> {
  readonly at: number;
  readonly after?: Completed;
}

function meet(victims: readonly Victim[], { midnight }: Day, random: Random): Meeting | undefined {
  if (victims.length === 0) return undefined;
  return { ...random.pick(victims), at: midnight + random.below(DAY_MS) };
}

/** Half an hour after a sign-in whose place is the user's own: behind a VPN nobody travels. */
function meetAfterSignIn({ completed }: Lived, random: Random): Meeting | undefined {
  const seen = completed.filter(
    ({ user, spot }) => !spot.isMasked && user.completedSignIns > LEAST_SIGN_INS && spot.point.latitude !== 0,
  );
  if (seen.length === 0) return undefined;
  const after = random.pick(seen);
  return {
    user: after.user,
    device: after.device,
    at: after.at + HIJACK_AFTER_MS + random.below(HIJACK_JITTER_MS),
    after,
  };
}

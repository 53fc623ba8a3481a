/** When people sign in: how often, at which hour, on which days. All assumed, see docs/simulation.md. */
import type { Random } from './random';

/** Sign-ins a day at the quantiles 0, 1/40 … 1: log-normal, median 0.35, σ 1.1. Heavy-tailed, as sign-ins are. */
const RATE_QUANTILES = [
  0.019, 0.041, 0.057, 0.072, 0.085, 0.099, 0.112, 0.125, 0.139, 0.152, 0.167, 0.181, 0.197, 0.212, 0.229,
  0.247, 0.265, 0.284, 0.305, 0.327, 0.35, 0.375, 0.402, 0.431, 0.462, 0.497, 0.535, 0.577, 0.623, 0.676,
  0.735, 0.803, 0.883, 0.978, 1.094, 1.241, 1.433, 1.705, 2.137, 3.023, 6,
] as const;
const STEPS = RATE_QUANTILES.length - 1;

export type Rhythm = 'worker' | 'consumer';

/** Per mille of a day's sign-ins in each local hour. */
const HOURS: Readonly<Record<Rhythm, readonly number[]>> = {
  worker: [3, 2, 1, 1, 2, 6, 20, 60, 120, 122, 98, 80, 58, 82, 80, 68, 56, 40, 26, 22, 20, 16, 11, 6],
  consumer: [14, 7, 4, 3, 4, 9, 22, 40, 48, 50, 50, 50, 56, 50, 46, 48, 56, 66, 76, 86, 88, 68, 40, 19],
};
/** On working days, on Saturday and Sunday. */
const DAYS: Readonly<Record<Rhythm, readonly [number, number]>> = {
  worker: [1.26, 0.35],
  consumer: [0.97, 1.08],
};
const MAX_CHANCE = 0.9;
const MS_PER_DAY = 86_400_000;
const MS_PER_HOUR = 3_600_000;

/** Sign-ins a day of one user. */
export function drawRate(random: Random): number {
  const place = random.below(STEPS * 1000);
  const step = Math.floor(place / 1000);
  const [low = 0, high = 0] = RATE_QUANTILES.slice(step, step + 2);
  return low + ((high - low) * (place % 1000)) / 1000;
}

export interface LocalHour {
  readonly hour: number;
  readonly isWeekend: boolean;
}

/** The hour on the wall at a time (epoch ms). */
export function localHourAt(at: number, utcOffsetMinutes: number): LocalHour {
  const local = at + utcOffsetMinutes * 60_000;
  const day = Math.floor(local / MS_PER_DAY);
  // 1 January 1970 was a Thursday.
  const weekday = (day + 3) % 7;
  return { hour: Math.floor((local - day * MS_PER_DAY) / MS_PER_HOUR), isWeekend: weekday >= 5 };
}

/** How likely a user signs in within this hour. */
export function chanceInHour(rhythm: Rhythm, rate: number, { hour, isWeekend }: LocalHour): number {
  const share = (HOURS[rhythm][hour] ?? 0) / 1000;
  return Math.min(MAX_CHANCE, rate * share * DAYS[rhythm][isWeekend ? 1 : 0]);
}

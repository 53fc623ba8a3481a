/** Countries of the population, of trips and of attackers: relative weights (assumed) and time zones. */

export interface Country {
  readonly code: string;
  /** Minutes ahead of UTC in winter; absent: a quarter of an hour per 3.75° of longitude, in whole hours. */
  readonly utcOffsetMinutes?: number;
  /** Of the users who live here. */
  readonly residents: number;
  /** Of trips abroad that lead here. */
  readonly visitors: number;
  /** Of attacks through access lines that come from here. */
  readonly attackers: number;
}

type Row = readonly [
  code: string,
  utcOffsetMinutes: number | undefined,
  residents: number,
  visitors: number,
  attackers: number,
];

const ROWS: readonly Row[] = [
  ['DE', 60, 30, 10, 2],
  ['US', undefined, 15, 8, 6],
  ['GB', 0, 10, 8, 3],
  ['FR', 60, 9, 10, 2],
  ['NL', 60, 6, 5, 3],
  ['NO', 60, 5, 2, 0],
  ['ES', 60, 5, 12, 1],
  ['IT', 60, 5, 10, 1],
  ['PL', 60, 4, 3, 2],
  ['SE', 60, 3, 2, 1],
  ['CH', 60, 3, 4, 0],
  ['AT', 60, 2, 7, 0],
  ['CA', undefined, 2, 1, 1],
  ['BR', undefined, 1, 1, 7],
  ['DK', 60, 0, 3, 0],
  ['FI', 120, 0, 1, 0],
  ['PT', 0, 0, 5, 0],
  ['BE', 60, 0, 4, 1],
  ['CZ', 60, 0, 4, 1],
  ['GR', 120, 0, 5, 0],
  ['TR', 180, 0, 5, 5],
  ['AU', undefined, 0, 1, 0],
  ['JP', 540, 0, 1, 0],
  ['SG', 480, 0, 1, 1],
  ['TH', 420, 0, 2, 2],
  ['MX', undefined, 0, 1, 2],
  ['RO', 120, 0, 1, 3],
  ['AR', -180, 0, 0, 2],
  ['IN', 330, 0, 1, 7],
  ['ID', 420, 0, 1, 6],
  ['PH', 480, 0, 0, 3],
  ['VN', 420, 0, 1, 7],
  ['CN', 480, 0, 0, 7],
  ['RU', undefined, 0, 0, 8],
  ['ZA', 120, 0, 1, 2],
  ['NG', 60, 0, 0, 6],
];

export const COUNTRIES: readonly Country[] = ROWS.map(
  ([code, utcOffsetMinutes, residents, visitors, attackers]) => ({
    code,
    ...(utcOffsetMinutes !== undefined && { utcOffsetMinutes }),
    residents,
    visitors,
    attackers,
  }),
);

/** Minutes ahead of UTC at a place. Summer time is left out: the day curve is wider than an hour. */
export function utcOffsetMinutes(code: string, longitude: number): number {
  const known = COUNTRIES.find((country) => country.code === code)?.utcOffsetMinutes;
  return known ?? Math.round(longitude / 15) * 60;
}

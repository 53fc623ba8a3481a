/**
 * What the completed sign-ins of everybody look like, kept incrementally: a sign-in appends what it was like
 * (`saveProfile`), and a worker counts what was appended. Each is counted once.
 */
import { FEATURES } from '../domain/risk/likelihood/features';
import type { Population } from '../domain/risk/likelihood/population';
import { firstRow, inTransaction, type Pool, type Queryable } from './postgres';

/** Within the time that a statement gets on a busy machine. */
const BATCH = 500;
const MOST_BATCHES = 100;
/** As long as profiles remember. */
const RARE_DAYS = 183;
const LOCK = 'risk-population';

/** Takes the rows and counts them in one statement: a crash leaves both undone. */
const COUNT = `
with taken as (
  delete from risk_observations
  where id in (select id from risk_observations order by id limit $1) returning features
), seen as (
  select f.key as feature, f.value, count(*) as n
  from taken, jsonb_each_text(features) f where f.key = any($2) and f.value is not null group by 1, 2
), counted as (
  insert into risk_population (feature, value, observations) select feature, value, n from seen
  on conflict (feature, value) do update
    set observations = risk_population.observations + excluded.observations, last_seen = now()
  -- xmax is 0 in a row that was inserted, and not in one that was updated.
  returning feature, (xmax = 0)::int as is_new
), totals as (
  insert into risk_population_totals (feature, observations, distinct_values)
  select s.feature, sum(s.n), (select sum(is_new) from counted c where c.feature = s.feature)
  from seen s group by s.feature
  on conflict (feature) do update
    set observations = risk_population_totals.observations + excluded.observations,
        distinct_values = risk_population_totals.distinct_values + excluded.distinct_values
)
select count(*)::int as taken from taken`;

/** Counts what was appended since. One process at a time: another one finds the lock taken and leaves it to that one. */
export async function countObservations(pool: Pool): Promise<number> {
  let counted = 0;
  for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
    const taken = await inTransaction(pool, (tx) => countBatch(tx));
    counted += taken;
    if (taken < BATCH) break;
  }
  return counted;
}

async function countBatch(tx: Queryable): Promise<number> {
  if (!(await holdsLock(tx))) return 0;
  return firstRow(await tx.query<{ taken: number }>(COUNT, [BATCH, FEATURES]))?.taken ?? 0;
}

async function holdsLock(tx: Queryable): Promise<boolean> {
  const sql = 'select pg_try_advisory_xact_lock(hashtext($1)) as held';
  return firstRow(await tx.query<{ held: boolean }>(sql, [LOCK]))?.held === true;
}

/** Forgets values that one sign-in had, half a year ago: of addresses and fingerprints there is no end. */
export async function forgetRareValues(pool: Pool): Promise<void> {
  await inTransaction(pool, async (tx) => {
    if (!(await holdsLock(tx))) return;
    await tx.query(
      `with gone as (
         delete from risk_population where (feature, value) in (
           select feature, value from risk_population
           where observations = 1 and last_seen < now() - make_interval(days => $1) limit $2)
         returning feature
       )
       update risk_population_totals t set distinct_values = t.distinct_values - g.n
       from (select feature, count(*) as n from gone group by feature) g where g.feature = t.feature`,
      [RARE_DAYS, BATCH],
    );
  });
}

/** An expression for the counts of the values in a `jsonb` parameter; null when the parameter is. */
export function populationOf(values: string): string {
  return `(select coalesce(jsonb_object_agg(t.feature, jsonb_build_object(
      'observations', t.observations, 'distinct', t.distinct_values, 'count', coalesce(p.observations, 0))), '{}')
    from risk_population_totals t
    left join risk_population p on p.feature = t.feature and p.value = ${values}::jsonb ->> t.feature
    where ${values}::jsonb is not null)`;
}

/** What `populationOf` read. */
export type PopulationRow = Readonly<
  Record<string, { readonly observations: number; readonly distinct: number; readonly count: number }>
>;

/** The population for the values of a sign-in; an empty one before the first was counted. */
export function readPopulation(row: PopulationRow): Population {
  const counts = FEATURES.map((feature) => {
    const { count = 0, distinct = 0 } = row[feature] ?? {};
    return [feature, { count, distinct }] as const;
  });
  const observations = Math.max(0, ...Object.values(row).map((total) => total.observations));
  return { observations, counts: Object.fromEntries(counts) as Population['counts'] };
}

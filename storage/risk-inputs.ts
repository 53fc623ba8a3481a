/** What risk scoring reads of a user: profile, the presented device's trust, recent failures. One statement. */
import type { DeviceTrust, FailureCounts } from '../domain/risk/facts';
import type { FeatureValues } from '../domain/risk/likelihood/features';
import type { Population } from '../domain/risk/likelihood/population';
import { populationOf, readPopulation, type PopulationRow } from './population';
import { firstRow, prepared, type Queryable } from './postgres';

export interface RiskInputs {
  /** As stored; null before the first completed sign-in. Parsed by `domain/risk/profile`. */
  readonly profile: unknown;
  readonly deviceTrust: DeviceTrust;
  readonly failures: FailureCounts;
  /** How common the asked values are. */
  readonly population?: Population;
  /** Database clock, epoch ms. */
  readonly now: number;
}

interface RiskInputsRow {
  readonly profile: unknown;
  readonly trustedUntil: number | null;
  readonly sameWithToken: number;
  readonly same: number;
  readonly others: number;
  readonly accountsFromIp: number;
  readonly population: PopulationRow | null;
  readonly now: number;
}

const SQL = prepared(`
with device as (
  select (extract(epoch from trusted_until) * 1000)::float8 as trusted_until
  from trusted_devices
  where user_id = $1 and token_hash = $3 and device_key = $2 and revoked_at is null
), failures as (
  select count(*) filter (where device_key = $2 and carried_token) as same_with_token,
         count(*) filter (where device_key = $2) as same,
         count(*) filter (where device_key is distinct from $2) as others
  from sign_in_failures where user_id = $1 and at > now() - interval '15 minutes'
)
select (select profile from risk_profiles where user_id = $1) as profile,
  (select trusted_until from device) as "trustedUntil",
  f.same_with_token::int as "sameWithToken", f.same::int as same, f.others::int as others,
  (select count(distinct account_key) from sign_in_failures
    where ip_key = $4 and at > now() - interval '1 hour')::int as "accountsFromIp",
  case when $5::jsonb is not null then ${populationOf('$5')} end as population,
  (extract(epoch from clock_timestamp()) * 1000)::float8 as now
from failures f`);

export interface RiskInputsQuery {
  readonly userId: string;
  readonly deviceKey: string;
  readonly deviceTokenHash: string | undefined;
  readonly ipKey: string;
  /** Where likelihood is asked for. */
  readonly values?: FeatureValues | undefined;
}

/**
 * Reads the inputs. Failures that did not carry a trusted device's token never count against its holder:
 * otherwise a stranger who knows the fingerprint could lock the owner out.
 */
export async function loadRiskInputs(db: Queryable, query: RiskInputsQuery): Promise<RiskInputs> {
  const row = firstRow(
    await db.query<RiskInputsRow>(SQL, [
      query.userId,
      query.deviceKey,
      query.deviceTokenHash ?? null,
      query.ipKey,
      query.values === undefined ? null : JSON.stringify(query.values),
    ]),
  );
  if (!row) throw new Error('risk inputs are missing');
  const isTrusted = row.trustedUntil !== null && row.trustedUntil > row.now;
  return {
    profile: row.profile,
    deviceTrust:
      row.trustedUntil === null ? { kind: 'none' } : { kind: 'held', trustedUntil: row.trustedUntil },
    failures: {
      sameFingerprint: isTrusted ? row.sameWithToken : row.same,
      otherFingerprints: isTrusted ? 0 : row.others,
      accountsFromIp: row.accountsFromIp,
    },
    now: row.now,
    ...(row.population !== null && { population: readPopulation(row.population) }),
  };
}

/** The risk profile could not be read or written; callers go on without learning. */
export class ProfileStoreError extends Error {
  constructor(options: { cause: unknown }) {
    super('risk profile store failed', options);
    this.name = 'ProfileStoreError';
  }
}

/** Locks the profile row and returns the stored value and the time (epoch ms): concurrent sign-ins learn one after the other. */
export async function lockProfile(db: Queryable, userId: string): Promise<{ profile: unknown; now: number }> {
  try {
    const result = await db.query<{ profile: unknown; now: number }>(
      prepared(`insert into risk_profiles (user_id) values ($1)
       on conflict (user_id) do update set user_id = excluded.user_id
       returning profile, (extract(epoch from clock_timestamp()) * 1000)::float8 as now`),
      [userId],
    );
    const row = firstRow(result);
    if (!row) throw new Error('upsert returned no row');
    return row;
  } catch (cause) {
    throw new ProfileStoreError({ cause });
  }
}

/**
 * Stores what was learned; the row is locked by `lockProfile` in the same transaction.
 * @param observed what a completed sign-in was like, for the population
 */
export async function saveProfile(
  db: Queryable,
  userId: string,
  { profile, observed }: { profile: unknown; observed?: FeatureValues },
): Promise<void> {
  try {
    await db.query(
      prepared(`with observed as (insert into risk_observations (features) select $3::jsonb where $3::jsonb is not null)
       update risk_profiles set profile = $2, updated_at = now() where user_id = $1`),
      [userId, JSON.stringify(profile), observed === undefined ? null : JSON.stringify(observed)],
    );
  } catch (cause) {
    throw new ProfileStoreError({ cause });
  }
}

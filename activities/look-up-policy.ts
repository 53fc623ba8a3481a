/** The application's policy: from the cache when it is there and sound, else from Postgres. */
import type { MfaPolicy, PolicySettings } from '../domain/policy/policy';
import { parsePolicySettings } from '../domain/policy/parse-settings';
import { errorName } from '../runtime/error-name';
import { cachePolicy, readCachedPolicy } from '../storage/policy-cache';
import { findClient } from '../storage/applications';
import type { ActivityDeps } from './deps';

export interface PolicySnapshot {
  readonly version: number;
  readonly mfaPolicy: MfaPolicy;
  readonly settings: PolicySettings;
}

/** Makes the activity. `fresh` skips the cache (the cached version turned out to be old). Throws when the policy cannot be read. */
export function createLookUpPolicy({ pool, redis, logger }: ActivityDeps) {
  async function readCache(clientId: string): Promise<PolicySnapshot | undefined> {
    try {
      const json = await readCachedPolicy(redis, clientId);
      return json === null ? undefined : parseSnapshot(JSON.parse(json));
    } catch (error) {
      // Cache away or full of junk: the truth is in Postgres.
      logger.warn({ clientId, cause: errorName(error) }, 'policy cache ignored');
      return undefined;
    }
  }

  async function readPostgres(clientId: string): Promise<PolicySnapshot> {
    const row = await findClient(pool, clientId);
    if (!row) throw new Error('application is gone');
    const snapshot = parseSnapshot({
      version: row.version,
      mfaPolicy: row.mfaPolicy,
      settings: row.settings,
    });
    const json = JSON.stringify({ version: row.version, mfaPolicy: row.mfaPolicy, settings: row.settings });
    await cachePolicy(redis, { clientId, version: row.version, json }).catch((error: unknown) =>
      logger.warn({ clientId, cause: errorName(error) }, 'policy not cached'),
    );
    return snapshot;
  }

  return async function lookUpPolicy(query: { clientId: string; fresh: boolean }): Promise<PolicySnapshot> {
    const cached = query.fresh ? undefined : await readCache(query.clientId);
    return cached ?? readPostgres(query.clientId);
  };
}

/** Parses a cached or stored policy; throws on anything that is not one. */
export function parseSnapshot(value: unknown): PolicySnapshot {
  const { version, mfaPolicy, settings } = (value ?? {}) as Record<string, unknown>;
  if (
    !Number.isInteger(version) ||
    (mfaPolicy !== 'smart' && mfaPolicy !== 'always' && mfaPolicy !== 'never')
  ) {
    throw new Error('not a policy');
  }
  const parsed = parsePolicySettings(settings ?? {});
  if (!parsed.ok) throw new Error('policy settings are malformed');
  return { version: version as number, mfaPolicy, settings: parsed.settings };
}

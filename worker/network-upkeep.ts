/** The network data of a process that decides: loaded, watched, measured, and reported with its heartbeat. */
import type { Registry } from 'prom-client';
import { demoListsDirectory } from '../network/packaged-data';
import { createNetworkIntelligence, type NetworkIntelligence } from '../network/network-intelligence';
import type { Config } from '../runtime/config';
import type { Logger } from '../runtime/logger';
import type { Pool } from '../storage/postgres';
import { startHeartbeat } from './heartbeat';
import { registerNetworkMetrics } from './network-metrics';
import { watchNetwork } from './network-watch';

/** Opens databases and lists. Throws when a database of the operator's cannot be read. */
export async function loadNetwork(config: Config, logger: Logger): Promise<NetworkIntelligence> {
  const network = await createNetworkIntelligence({
    cityDb: config.GEOIP_CITY_DB || undefined,
    asnDb: config.GEOIP_ASN_DB || undefined,
    threatDirs: threatDirectories(config),
    now: () => Date.now(),
  });
  for (const problem of network.problems()) logger.warn({ problem }, 'network data not in force');
  return network;
}

interface UpkeepDeps {
  readonly pool: Pool;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly network: NetworkIntelligence;
}

/** Watches the files and beats while `isPolling`. */
export function startUpkeep(
  config: Config,
  deps: UpkeepDeps,
  isPolling: () => boolean,
): { stop: () => Promise<void> } {
  const watch = watchNetwork({
    ...deps,
    directories: threatDirectories(config),
    databases: [config.GEOIP_CITY_DB, config.GEOIP_ASN_DB].filter((path) => path !== ''),
    onReload: registerNetworkMetrics(deps.metrics, deps.network, () => Date.now()),
  });
  const heartbeat = startHeartbeat({ ...deps, isPolling });
  return {
    async stop() {
      watch.stop();
      await heartbeat.stop();
    },
  };
}

function threatDirectories(config: Config): string[] {
  const configured = config.THREAT_FEEDS_DIR === '' ? [] : [config.THREAT_FEEDS_DIR];
  return config.DEMO_THREAT_LISTS === '1' ? [demoListsDirectory(), ...configured] : configured;
}

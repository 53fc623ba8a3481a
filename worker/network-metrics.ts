/** Age and state of the network data that this worker has in force, for Prometheus. */
import { Counter, Gauge, type Registry } from 'prom-client';
import { combineReports, type SourceStanding } from '../domain/network-sources';
import type { NetworkIntelligence } from '../network/network-intelligence';
import type { ReloadOutcome } from './network-watch';

type MeasuredNetwork = Pick<NetworkIntelligence, 'sources' | 'problems'>;

/** Registers the metrics; what is returned counts reloads. `now` in epoch ms. */
export function registerNetworkMetrics(
  registry: Registry,
  network: MeasuredNetwork,
  now: () => number,
): (outcome: ReloadOutcome) => void {
  const sources = () =>
    combineReports([{ sources: network.sources(), problems: network.problems() }], now()).sources;
  gaugeSources(registry, sources);
  new Gauge({
    name: 'zewstid_network_problems',
    help: 'Files of network data that are not in force as they lie on disk',
    registers: [registry],
    collect() {
      this.set(network.problems().length);
    },
  });
  return countReloads(registry);
}

function gaugeSources(registry: Registry, sources: () => readonly SourceStanding[]): void {
  const registers = [registry];
  new Gauge({
    name: 'zewstid_network_source_age_seconds',
    help: 'Age of a database or threat list in force: since it was built, fetched or written',
    labelNames: ['source', 'kind'] as const,
    registers,
    collect() {
      this.reset();
      for (const { name, kind, ageSeconds } of sources()) this.set({ source: name, kind }, ageSeconds);
    },
  });
  new Gauge({
    name: 'zewstid_network_source_entries',
    help: 'Entries of a threat list in force',
    labelNames: ['source'] as const,
    registers,
    collect() {
      this.reset();
      for (const { name, entries } of sources()) {
        if (entries !== undefined) this.set({ source: name }, entries);
      }
    },
  });
  new Gauge({
    name: 'zewstid_network_source_stale',
    help: '1 for a source that is too old: a list then earns no points',
    labelNames: ['source'] as const,
    registers,
    collect() {
      this.reset();
      for (const { name, stale } of sources()) this.set({ source: name }, stale ? 1 : 0);
    },
  });
}

function countReloads(registry: Registry): (outcome: ReloadOutcome) => void {
  const reloads = new Counter({
    name: 'zewstid_network_reloads_total',
    help: 'Reloads of databases and threat lists by outcome',
    labelNames: ['outcome'] as const,
    registers: [registry],
  });
  for (const outcome of ['changed', 'unchanged', 'refused', 'failed'] as const) reloads.inc({ outcome }, 0);
  return (outcome) => reloads.inc({ outcome });
}

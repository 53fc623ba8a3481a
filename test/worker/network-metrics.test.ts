import { Registry } from 'prom-client';
import { registerNetworkMetrics } from '../../worker/network-metrics';
import type { NetworkSource, SourceProblem } from '../../domain/network-sources';

const NOW = Date.parse('2026-06-20T12:00:00Z');

test('metrics tell age, size and staleness of what is in force, now', async () => {
  let sources: NetworkSource[] = [
    {
      name: 'tor.txt',
      kind: 'tor_exit',
      packaged: false,
      entries: 500,
      updatedAt: NOW - 60_000,
      staleAfter: NOW,
    },
    {
      name: 'GeoLite2-City',
      kind: 'geoip_city',
      packaged: false,
      updatedAt: NOW - 1_000,
      staleAfter: NOW + 1,
    },
  ];
  const problems: SourceProblem[] = [{ name: 'vpn.txt', reason: 'it is empty' }];
  let now = NOW;
  const registry = new Registry();
  const count = registerNetworkMetrics(
    registry,
    { sources: () => sources, problems: () => problems },
    () => now,
  );
  count('changed');
  count('refused');
  count('refused');
  const lines = async () =>
    (await registry.metrics()).split('\n').filter((line) => !line.startsWith('#') && line !== '');
  expect(await lines()).toEqual([
    'zewstid_network_source_age_seconds{source="tor.txt",kind="tor_exit"} 60',
    'zewstid_network_source_age_seconds{source="GeoLite2-City",kind="geoip_city"} 1',
    'zewstid_network_source_entries{source="tor.txt"} 500',
    'zewstid_network_source_stale{source="tor.txt"} 0',
    'zewstid_network_source_stale{source="GeoLite2-City"} 0',
    'zewstid_network_problems 1',
    'zewstid_network_reloads_total{outcome="changed"} 1',
    'zewstid_network_reloads_total{outcome="unchanged"} 0',
    'zewstid_network_reloads_total{outcome="refused"} 2',
    'zewstid_network_reloads_total{outcome="failed"} 0',
  ]);

  // Ten seconds later the list is stale; once it is deleted nothing is left of it.
  now += 10_000;
  expect(await lines()).toEqual(
    expect.arrayContaining([
      'zewstid_network_source_age_seconds{source="tor.txt",kind="tor_exit"} 70',
      'zewstid_network_source_stale{source="tor.txt"} 1',
    ]),
  );
  sources = sources.slice(1);
  expect((await lines()).join('\n')).not.toContain('tor.txt');
});

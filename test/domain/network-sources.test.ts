import {
  boundedReport,
  combineReports,
  parseNetworkReport,
  publicName,
  type NetworkSource,
} from '../../domain/network-sources';

const NOW = Date.parse('2026-06-20T12:00:00Z');
const HOUR = 3_600_000;

const TOR: NetworkSource = {
  name: 'tor.txt',
  kind: 'tor_exit',
  packaged: false,
  entries: 500,
  updatedAt: NOW - HOUR,
  staleAfter: NOW + 71 * HOUR,
};
const CITY: NetworkSource = {
  name: 'dbip-city',
  kind: 'geoip_city',
  packaged: true,
  updatedAt: NOW - 5_000 * HOUR,
  staleAfter: NOW - 1_000 * HOUR,
};

test('one report gives each source its age, and says which are stale', () => {
  const { sources } = combineReports([{ sources: [TOR, CITY], problems: [] }], NOW);
  expect(sources).toEqual([
    {
      ...{ name: 'tor.txt', kind: 'tor_exit', packaged: false, entries: 500, updatedAt: NOW - HOUR },
      ...{ ageSeconds: 3_600, stale: false, differs: false },
    },
    {
      ...{ name: 'dbip-city', kind: 'geoip_city', packaged: true, updatedAt: NOW - 5_000 * HOUR },
      ...{ ageSeconds: 18_000_000, stale: true, differs: false },
    },
  ]);
});

test('of several workers the oldest version stands for a source, and the difference shows', () => {
  const older = { ...TOR, entries: 400, updatedAt: NOW - 2 * HOUR };
  const combined = combineReports(
    [
      { sources: [TOR, CITY], problems: [{ name: 'vpn.txt', reason: 'it is empty' }] },
      { sources: [older, CITY], problems: [{ name: 'vpn.txt', reason: 'it is empty' }] },
    ],
    NOW,
  );
  expect(combined.sources).toMatchObject([
    { name: 'tor.txt', entries: 400, ageSeconds: 7_200, differs: true },
    { name: 'dbip-city', differs: false },
  ]);
  expect(combined.problems).toHaveLength(1);
});

test('a source that only some workers have differs', () => {
  const combined = combineReports(
    [
      { sources: [TOR], problems: [] },
      { sources: [], problems: [] },
    ],
    NOW,
  );
  expect(combined.sources).toMatchObject([{ name: 'tor.txt', differs: true }]);
});

test.each([
  ['all is fresh', { sources: [TOR], problems: [] }, false],
  ['packaged data are old: only an upgrade helps', { sources: [TOR, CITY], problems: [] }, false],
  ["an operator's list is stale", { sources: [{ ...TOR, staleAfter: NOW - 1 }], problems: [] }, true],
  ["an operator's database is stale", { sources: [{ ...CITY, packaged: false }], problems: [] }, true],
  ['a file is not in force', { sources: [TOR], problems: [{ name: 'x', reason: 'y' }] }, true],
])('%s: needs attention %#', (_, report, needsAttention) => {
  expect(combineReports([report], NOW).needsAttention).toBe(needsAttention);
});

test('a source is fresh until its last millisecond, and a clock that is behind makes no negative age', () => {
  const at = (now: number) => combineReports([{ sources: [TOR], problems: [] }], now).sources[0];
  expect(at(TOR.staleAfter ?? 0)?.stale).toBe(false);
  expect(at((TOR.staleAfter ?? 0) + 1)?.stale).toBe(true);
  expect(at(0)?.ageSeconds).toBe(0);
});

test('a report survives storing; what is no report, or half of one, does no harm', () => {
  const report = { sources: [TOR, CITY], problems: [{ name: 'vpn.txt', reason: 'it is empty' }] };
  expect(parseNetworkReport(JSON.parse(JSON.stringify(report)))).toEqual(report);
  for (const value of [null, undefined, 1, 'x', [], {}, { sources: {}, problems: [] }]) {
    expect(parseNetworkReport(value)).toBeUndefined();
  }
  const odd = {
    sources: [TOR, null, { ...TOR, kind: 'new' }, { ...TOR, updatedAt: '1' }],
    problems: [{ name: 1 }],
  };
  expect(parseNetworkReport(odd)).toEqual({ sources: [TOR], problems: [] });
});

test('names are plain and reports bounded, whatever lies in a directory', () => {
  expect(publicName('../../etc/passwd\n<b>')).toBe('..?..?etc?passwd??b?');
  expect(publicName('x'.repeat(1_000))).toHaveLength(100);
  const problem = { name: 'x', reason: 'y' };
  const many = {
    sources: Array.from({ length: 999 }, () => TOR),
    problems: Array.from({ length: 999 }, () => problem),
  };
  const { sources, problems } = boundedReport(many);
  expect([sources.length, problems.length]).toEqual([200, 50]);
});

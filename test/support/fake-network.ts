/** What addresses tell, settable per address: stands for the outside world in tests. */
import type { NetworkSource, SourceProblem } from '../../domain/network-sources';
import type { NetworkFacts } from '../../domain/risk/facts';
import type { NetworkIntelligence } from '../../network/network-intelligence';

export const LONDON: NetworkFacts = {
  asn: 20712,
  country: 'GB',
  region: 'England',
  coordinates: { latitude: 51.5, longitude: -0.12, radiusKm: 10 },
  classes: [],
  staleClasses: [],
};
export const NEW_YORK: NetworkFacts = {
  ...LONDON,
  asn: 7018,
  country: 'US',
  region: 'New York',
  coordinates: { latitude: 40.71, longitude: -74.0, radiusKm: 10 },
};
export const TOKYO: NetworkFacts = {
  ...LONDON,
  asn: 2516,
  country: 'JP',
  region: 'Tokyo',
  coordinates: { latitude: 35.68, longitude: 139.69, radiusKm: 10 },
};

export class FakeNetwork implements NetworkIntelligence {
  readonly attribution = { text: 'test', url: 'http://test' };
  private readonly facts = new Map<string, NetworkFacts>();
  /** Thrown by every look-up while set: a broken database. */
  failure: Error | undefined;
  /** What it says it has in force, and what is not. */
  report: { sources: readonly NetworkSource[]; problems: readonly SourceProblem[] } = {
    sources: [],
    problems: [],
  };

  /** Says what an address tells from now on; others are in London. */
  set(ip: string, facts: NetworkFacts): void {
    this.facts.set(ip, facts);
  }

  readonly lookUp = (ip: string): NetworkFacts => {
    if (this.failure) throw this.failure;
    return this.facts.get(ip) ?? LONDON;
  };
  readonly sources = () => this.report.sources;
  readonly problems = () => this.report.problems;
  readonly reload = () => Promise.resolve();
}

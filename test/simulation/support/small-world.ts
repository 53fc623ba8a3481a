/** A made-up internet of four countries, so that what is drawn does not depend on the packaged data. */
import type { NetworkFacts } from '../../../domain/risk/facts';
import { parseIp } from '../../../network/ip-address';
import { buildWorld } from '../../../simulation/collect-blocks';
import type { World } from '../../../simulation/world';

interface Net {
  readonly start: number;
  readonly asn: number;
  readonly country: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly classes: NetworkFacts['classes'];
}

const at = (country: string, latitude: number, longitude: number) => ({ country, latitude, longitude });
const BERLIN = at('DE', 52.5, 13.4);
const MUNICH = at('DE', 48.1, 11.6);
const PARIS = at('FR', 48.9, 2.4);
const NEW_YORK = at('US', 40.7, -74);
const HANOI = at('VN', 21, 105.8);

/** Each a /16, from 60.0.0.0 on. */
const NETS: readonly Net[] = [
  { ...BERLIN, asn: 3320, classes: [] as const },
  { ...MUNICH, asn: 3320, classes: [] as const },
  { ...BERLIN, asn: 3209, classes: [] as const },
  { ...MUNICH, asn: 6805, classes: [] as const },
  { ...PARIS, asn: 3215, classes: [] as const },
  { ...NEW_YORK, asn: 7922, classes: [] as const },
  { ...NEW_YORK, asn: 21928, classes: [] as const },
  { ...HANOI, asn: 45899, classes: [] as const },
  { ...BERLIN, asn: 24940, classes: ['hosting'] as const },
  { ...NEW_YORK, asn: 14061, classes: ['hosting'] as const },
  { ...BERLIN, asn: 9009, classes: ['vpn', 'hosting'] as const },
  { ...PARIS, asn: 9009, classes: ['vpn'] as const },
].map((net, index) => ({ ...net, start: (60 * 256 + index) * 65_536 }));

const TOR = { start: [0xc0000280], end: [0xc00002ff] };

export function lookUpSmall(ip: string): NetworkFacts {
  const word = parseIp(ip)?.words[0] ?? 0;
  const net = NETS.find(({ start }) => word >= start && word < start + 65_536);
  if (net === undefined) return { classes: [], staleClasses: [] };
  const { asn, country, classes, latitude, longitude } = net;
  return { asn, country, coordinates: { latitude, longitude, radiusKm: 50 }, classes, staleClasses: [] };
}

export function smallWorld(): World {
  return buildWorld({
    lookUp: lookUpSmall,
    ranges: () => NETS.map(({ start }) => ({ start: [start], end: [start + 65_535] })),
    torRanges: [TOR],
  });
}

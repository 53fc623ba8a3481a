/** Lines that a user signs in through, and how their addresses change: at home, on a mobile, in an office. */
import { drawAddress, drawPooled, drawSubnet, interfaceIn } from './addresses';
import type { Device } from './device';
import { chordKm, type Point } from './geometry';
import type { Random } from './random';
import { blocksNear, pickProvider, type Block, type Provider, type World } from './world';

/** Where a sign-in comes from. */
export interface Spot {
  readonly ip: string;
  /** Where the address lies. */
  readonly point: Point;
  /** A VPN stands between. */
  readonly isMasked: boolean;
}

/** `shared`: the provider puts many homes behind few addresses (DS-Lite, RFC 6333). */
type Plan = 'daily' | 'sticky' | 'static' | 'shared';

export interface HomeLine {
  readonly provider: Provider;
  readonly place: Point;
  /** What the provider has near the home; one is enough. */
  readonly ipv4: readonly Block[];
  readonly ipv6: readonly Block[];
  readonly plan: Plan;
  block: Block;
  address: string;
  subnet: string | undefined;
}

export interface MobileLine {
  readonly provider: Provider;
  /** Blocks of the gateway that the user usually gets out at. */
  readonly gateway: readonly Block[];
  readonly neighbours: readonly Block[];
  last?: { readonly spot: Spot; readonly until: number };
}

const DAILY_SHARE = 0.6;
const STATIC_SHARE = 0.2;
const SHARED_SHARE = 0.08;
const IPV6_HOME_SHARE = 0.3;
/** Of the sign-ins from a line with both. */
const IPV6_PREFERRED = 0.75;
/** A sticky lease is lost about every two months. */
const STICKY_LOSS_PER_DAY = 1 / 60;
const SAME_BLOCK_SHARE = 0.4;
const SHARED_POOL = 64;
const IPV6_MOBILE_SHARE = 0.25;
/** Now and then traffic leaves at a neighbouring gateway. */
const OTHER_GATEWAY_SHARE = 0.05;
/** How far the usual gateway is from home: in town, in the region, anywhere. */
const GATEWAYS: readonly (readonly [km: number, weight: number])[] = [
  [50, 60],
  [300, 32],
  [2500, 8],
];
const NEIGHBOUR_KM = 350;
/** Farther away, an IPv6 block is not that of this home. */
const IPV6_KM = 100;
/** A phone keeps its translated address for so long, if at all. */
const NAT_HOLD_MS = 4 * 3_600_000;
const NAT_HOLD_SHARE = 0.4;
const POOL_OF_BLOCK = 128;

/** A line in a country, near a place if there is one; undefined when nobody sells lines there. */
export function createHomeLine(
  world: World,
  where: { country: string; near?: Point | undefined; km: number },
  random: Random,
): HomeLine | undefined {
  const provider = pickProvider(world, { country: where.country, kind: 'fixed' }, random);
  const candidates = provider?.ipv4.length ? provider.ipv4 : (provider?.ipv6 ?? []);
  if (provider === undefined || candidates.length === 0) return undefined;
  const from = where.near;
  const near = from ? blocksNear(candidates, from, { km: where.km, limit: 40, random }) : candidates;
  const block = random.pick(near);
  const pool = { km: 25, limit: 12, random };
  const ipv4 = blocksNear(candidates, block, pool);
  const ipv6 = random.chance(IPV6_HOME_SHARE) ? ipv6Near(provider, block, random) : [];
  const line = { provider, place: block, ipv4, ipv6, plan: planOf(provider, random), block };
  const [first] = ipv6;
  return { ...line, address: drawAddress(block, random), subnet: first && drawSubnet(first, random) };
}

function ipv6Near(provider: Provider, place: Point, random: Random): readonly Block[] {
  const blocks = blocksNear(provider.ipv6, place, { km: IPV6_KM / 2, limit: 4, random });
  return blocks.filter((block) => chordKm(block, place) <= IPV6_KM);
}

function planOf({ lease }: Provider, random: Random): Plan {
  if (lease === 'daily' && random.chance(DAILY_SHARE)) return 'daily';
  if (random.chance(STATIC_SHARE)) return 'static';
  return random.chance(SHARED_SHARE) ? 'shared' : 'sticky';
}

/** What a night does to the lease. */
export function renewLease(line: HomeLine, random: Random): void {
  const isLost = line.plan === 'daily' || (line.plan === 'sticky' && random.chance(STICKY_LOSS_PER_DAY));
  if (!isLost) return;
  if (!random.chance(SAME_BLOCK_SHARE)) line.block = random.pick(line.ipv4);
  line.address = drawAddress(line.block, random);
  if (line.ipv6.length > 0) line.subnet = drawSubnet(random.pick(line.ipv6), random);
}

/** A sign-in from home: the line's address, or the device's own IPv6 address of the day. */
export function homeSpot(
  line: HomeLine,
  device: Device,
  { day, random }: { day: number; random: Random },
): Spot {
  const point = line.block;
  if (line.subnet !== undefined && random.chance(IPV6_PREFERRED)) {
    return { ip: temporaryAddress(device, line.subnet, { day, random }), point, isMasked: false };
  }
  if (line.plan === 'shared') {
    return { ip: drawPooled(line.block, SHARED_POOL, random), point, isMasked: false };
  }
  return { ip: line.address, point, isMasked: false };
}

function temporaryAddress(
  device: Device,
  subnet: string,
  { day, random }: { day: number; random: Random },
): string {
  const { ipv6 } = device;
  if (ipv6?.day === day && ipv6.subnet === subnet) return ipv6.address;
  const address = interfaceIn(subnet, random);
  device.ipv6 = { day, subnet, address };
  return address;
}

/** A contract with a mobile carrier; undefined when there is none in the country. */
export function createMobileLine(world: World, home: HomeLine, random: Random): MobileLine | undefined {
  const { country } = home.provider;
  const provider = pickProvider(world, { country, kind: 'mobile' }, random);
  if (provider === undefined || provider.ipv4.length === 0) return undefined;
  const [km] = random.pickBy(GATEWAYS, ([, weight]) => weight);
  const [hub = home.place] = blocksNear(provider.ipv4, home.place, { km, limit: 1, random });
  const ipv6 = random.chance(IPV6_MOBILE_SHARE) ? ipv6Near(provider, hub, random) : [];
  const gateway = ipv6.length > 0 ? ipv6 : blocksNear(provider.ipv4, hub, { km: 40, limit: 6, random });
  const neighbours = blocksNear(provider.ipv4, hub, { km: NEIGHBOUR_KM, limit: 6, random });
  return { provider, gateway, neighbours };
}

/**
 * A sign-in over the mobile network: an address of the carrier's translation pool. Abroad it is the same pool,
 * since roaming traffic is led home (GSMA IR.88, S8 home-routed).
 */
export function mobileSpot(line: MobileLine, at: number, random: Random): Spot {
  if (line.last !== undefined && line.last.until > at) return line.last.spot;
  const block = random.pick(random.chance(OTHER_GATEWAY_SHARE) ? line.neighbours : line.gateway);
  const spot = { ip: drawPooled(block, POOL_OF_BLOCK, random), point: block, isMasked: false };
  if (random.chance(NAT_HOLD_SHARE)) line.last = { spot, until: at + NAT_HOLD_MS };
  return spot;
}

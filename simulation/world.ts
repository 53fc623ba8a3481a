/** The networks that addresses are drawn from, and finding some of them near a place. */
import type { Lease } from './access-networks';
import { squaredChord, type Point } from './geometry';
import type { Random } from './random';

/** A piece of an address range with one network and one place: IPv4 at most a /24, IPv6 a /48. */
export interface Block extends Point {
  readonly family: 4 | 6;
  /** First address, big-endian 32-bit words. */
  readonly words: readonly number[];
  /** Addresses, IPv4 only. */
  readonly size: number;
  readonly asn: number;
  readonly country: string;
}

/** One access provider in one country. */
export interface Provider {
  readonly country: string;
  readonly asn: number;
  readonly kind: 'fixed' | 'mobile' | 'both';
  readonly lease: Lease;
  readonly share: number;
  readonly ipv4: readonly Block[];
  readonly ipv6: readonly Block[];
}

/** Addresses that hide who is behind them. */
export interface Exits {
  readonly everywhere: readonly Block[];
  readonly byCountry: ReadonlyMap<string, readonly Block[]>;
}

export interface World {
  /** By country; each has at least one provider. */
  readonly providers: ReadonlyMap<string, readonly Provider[]>;
  readonly hosting: Exits;
  readonly vpn: Exits;
  /** Tor exits; without a downloaded list the demo addresses, which have no place. */
  readonly tor: readonly Block[];
}

const VECTORS = new WeakMap<readonly Block[], Float64Array>();

/** Up to `limit` of the blocks within `km` of a place; the nearest one when there are none. */
export function blocksNear(
  blocks: readonly Block[],
  place: Point,
  { km, limit, random }: { km: number; limit: number; random: Random },
): readonly Block[] {
  const vectors = vectorsOf(blocks);
  const limitSquared = squaredChord(km);
  const near: Block[] = [];
  let nearest = -1;
  let nearestSquared = Infinity;
  for (let index = 0; index < blocks.length; index += 1) {
    const x = (vectors[index * 3] ?? 0) - place.x;
    const y = (vectors[index * 3 + 1] ?? 0) - place.y;
    const z = (vectors[index * 3 + 2] ?? 0) - place.z;
    const squared = x * x + y * y + z * z;
    const block = squared <= limitSquared ? blocks[index] : undefined;
    if (block !== undefined) near.push(block);
    if (squared < nearestSquared) [nearest, nearestSquared] = [index, squared];
  }
  return near.length > 0 ? sample(near, limit, random) : blocks.slice(nearest, nearest + 1);
}

/** The coordinates of a list side by side: searching through the objects takes ten times as long. */
function vectorsOf(blocks: readonly Block[]): Float64Array {
  const known = VECTORS.get(blocks);
  if (known !== undefined) return known;
  const vectors = Float64Array.from(blocks.flatMap(({ x, y, z }) => [x, y, z]));
  VECTORS.set(blocks, vectors);
  return vectors;
}

/** `limit` of the items at random, in their order. */
export function sample<Item>(items: readonly Item[], limit: number, random: Random): readonly Item[] {
  let missing = Math.min(limit, items.length);
  return items.filter((_, index) => {
    const isTaken = random.below(items.length - index) < missing;
    if (isTaken) missing -= 1;
    return isTaken;
  });
}

/** A provider of a country that sells this kind of access, by share of customers; undefined when there is none. */
export function pickProvider(
  world: World,
  where: { country: string; kind: 'fixed' | 'mobile' },
  random: Random,
): Provider | undefined {
  const all = world.providers.get(where.country) ?? [];
  const fitting = all.filter(({ kind }) => kind === where.kind || kind === 'both');
  return fitting.length === 0 ? undefined : random.pickBy(fitting, ({ share }) => share);
}

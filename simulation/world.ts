/** The networks that addresses are drawn from, and finding some of them near a place. */
import type { Lease } from './access-networks';
import { chordKm, type Point } from './geometry';
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

/** Up to `limit` of the blocks within `km` of a place; the nearest one when there are none. */
export function blocksNear(
  blocks: readonly Block[],
  place: Point,
  { km, limit, random }: { km: number; limit: number; random: Random },
): readonly Block[] {
  const near: Block[] = [];
  let nearest: Block | undefined;
  let nearestKm = Infinity;
  for (const block of blocks) {
    const distance = chordKm(block, place);
    if (distance <= km) near.push(block);
    if (distance >= nearestKm) continue;
    nearest = block;
    nearestKm = distance;
  }
  if (near.length > 0) return sample(near, limit, random);
  return nearest === undefined ? [] : [nearest];
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

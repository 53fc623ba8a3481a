/**
 * Builds the world from network data: cuts address ranges into blocks, looks each one up, and sorts them by what
 * they are. Whatever the databases do not place in one country and network is left out.
 */
import type { NetworkFacts } from '../domain/risk/facts';
import type { AddressRange } from '../network/intervals';
import { ACCESS_NETWORKS, type AccessNetwork } from './access-networks';
import { drawAddress } from './addresses';
import { pointAt } from './geometry';
import { createRandom, type Random } from './random';
import { sample, type Block, type Exits, type Provider, type World } from './world';

export interface NetworkData {
  readonly lookUp: (ip: string) => NetworkFacts;
  /** Ranges to draw from, in a fixed order. */
  readonly ranges: () => Iterable<AddressRange>;
  /** Tor exits by list. */
  readonly torRanges: readonly AddressRange[];
}

/** Enough for any country; keeps the search for near blocks short. */
const MAX_BLOCKS_PER_NETWORK = 1500;
/** Of so many neighbouring blocks one is looked up. */
const BLOCKS_PER_PIECE = 64;
const MAX_PIECES = 200;
/** Of one IPv6 range: a /29 has 524,288 blocks of /48, most of them in no use. */
const MAX_IPV6_PIECES = 24;
/** Of ranges below that size each is looked up while there are no more than this, else some. */
const FEW_RANGES = 20_000;
/** The world is the same for every seed, as the internet is. */
const WORLD_SEED = 20_260_105;
const NOWHERE = { asn: 0, country: '', ...pointAt(0, 0) };

/** Throws when the data hold no usable access network. */
export function buildWorld({ lookUp, ranges, torRanges }: NetworkData): World {
  const random = createRandom(WORLD_SEED, 'world');
  const access = new Map<string, Block[]>();
  const hosting: Block[] = [];
  const vpn: Block[] = [];
  const leastPieces = Math.min(1, FEW_RANGES / Math.max(1, countOf(ranges())));
  for (const range of ranges()) {
    for (const piece of piecesOf(range, leastPieces, random)) {
      const located = locate(piece, lookUp, random);
      if (located === undefined) continue;
      const { block, classes } = located;
      if (classes.length === 0) collect(access, block);
      else if (classes.includes('vpn')) vpn.push(block);
      else if (classes[0] === 'hosting') hosting.push(block);
    }
  }
  const providers = providersOf(access, random);
  if (providers.size === 0) throw new Error('the network data hold no access network to draw addresses from');
  return { providers, hosting: exitsOf(hosting), vpn: exitsOf(vpn), tor: torBlocks(torRanges) };
}

function countOf(ranges: Iterable<AddressRange>): number {
  let count = 0;
  for (const range of ranges) count += Math.min(1, range.start.length);
  return count;
}

type Piece = Pick<Block, 'family' | 'words' | 'size'>;

/** Pieces in proportion to the size of the range; of a small one at least `leastPieces` on average. */
function* piecesOf(range: AddressRange, leastPieces: number, random: Random): Iterable<Piece> {
  const isIpv4 = range.start.length === 1;
  const { first, blocks, size } = isIpv4 ? ipv4Blocks(range) : ipv6Blocks(range);
  const wanted = Math.min(
    isIpv4 ? MAX_PIECES : MAX_IPV6_PIECES,
    Math.max(leastPieces, blocks / BLOCKS_PER_PIECE),
  );
  const count = Math.floor(wanted) + (random.chance(wanted - Math.floor(wanted)) ? 1 : 0);
  for (let piece = 0; piece < count; piece += 1) {
    const index = first + random.below(blocks);
    if (isIpv4) yield { family: 4, words: [blocks > 1 ? index * 256 : first], size };
    else
      yield { family: 6, words: [Math.floor(index / 0x10000), (index % 0x10000) * 0x10000, 0, 0], size: 0 };
  }
}

interface Blocks {
  /** Number of the first block; of an IPv4 range that is one block or less, its first address. */
  readonly first: number;
  readonly blocks: number;
  readonly size: number;
}

/** Whole /24 blocks. */
function ipv4Blocks({ start: [first = 0], end: [last = 0] }: AddressRange): Blocks {
  const firstWhole = Math.ceil(first / 256);
  const blocks = Math.floor((last + 1) / 256) - firstWhole;
  return blocks > 1
    ? { first: firstWhole, blocks, size: 256 }
    : { first, blocks: 1, size: Math.min(256, last - first + 1) };
}

/** Whole /48 blocks; of a smaller range the one that it is in. */
function ipv6Blocks({ start, end }: AddressRange): Blocks {
  const [first, last] = [start, end].map(([high = 0, low = 0]) => high * 0x10000 + (low >>> 16)) as [
    number,
    number,
  ];
  return { first, blocks: Math.max(1, last - first), size: 0 };
}

/** Where and whose the piece is; undefined unless two of its addresses agree. */
function locate(
  piece: Piece,
  lookUp: NetworkData['lookUp'],
  random: Random,
): { block: Block; classes: NetworkFacts['classes'] } | undefined {
  const nowhere: Block = { ...piece, ...NOWHERE };
  const facts = lookUp(drawAddress(nowhere, random));
  const again = lookUp(drawAddress(nowhere, random));
  const { country, coordinates, asn = 0 } = facts;
  if (country === undefined || coordinates === undefined) return undefined;
  if (again.country !== country || (again.asn ?? 0) !== asn) return undefined;
  const point = pointAt(coordinates.latitude, coordinates.longitude);
  return { block: { ...piece, ...point, asn, country }, classes: facts.classes };
}

function exitsOf(everywhere: readonly Block[]): Exits {
  const byCountry = new Map<string, Block[]>();
  for (const block of everywhere) {
    const there = byCountry.get(block.country);
    if (there === undefined) byCountry.set(block.country, [block]);
    else there.push(block);
  }
  return { everywhere, byCountry };
}

function collect(into: Map<string, Block[]>, block: Block): void {
  const key = `${block.country}/${block.asn}`;
  const blocks = into.get(key);
  if (blocks === undefined) into.set(key, [block]);
  else blocks.push(block);
}

/** The known providers; every network that is no hosting when the data hold none of them. */
function providersOf(
  access: ReadonlyMap<string, readonly Block[]>,
  random: Random,
): ReadonlyMap<string, readonly Provider[]> {
  const known = ACCESS_NETWORKS.filter(({ country, asn }) => access.has(`${country}/${asn}`));
  const networks = known.length > 0 ? known : [...access.values()].flatMap(unknownNetwork);
  const byCountry = new Map<string, Provider[]>();
  for (const network of networks) {
    const blocks = access.get(`${network.country}/${network.asn}`) ?? [];
    const ofFamily = (family: 4 | 6): readonly Block[] =>
      sample(
        blocks.filter((block) => block.family === family),
        MAX_BLOCKS_PER_NETWORK,
        random,
      );
    const provider = { ...network, ipv4: ofFamily(4), ipv6: ofFamily(6) };
    byCountry.set(network.country, [...(byCountry.get(network.country) ?? []), provider]);
  }
  return byCountry;
}

function unknownNetwork([first]: readonly Block[]): readonly AccessNetwork[] {
  if (first === undefined) return [];
  return [{ country: first.country, asn: first.asn, kind: 'both', lease: 'sticky', share: 1 }];
}

function torBlocks(ranges: readonly AddressRange[]): readonly Block[] {
  return ranges.flatMap(({ start, end }): Block[] => {
    const [first] = start;
    if (start.length !== 1 || first === undefined) return [];
    return [{ family: 4, words: start, size: Math.min(256, (end[0] ?? 0) - first + 1), ...NOWHERE }];
  });
}

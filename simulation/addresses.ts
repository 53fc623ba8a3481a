/** Addresses as text, drawn from blocks. */
import type { Random } from './random';
import type { Block } from './world';

const SUBNETS_OF_48 = 0x10000;

/** A host of the block; of IPv6 one with a random interface in a random /64. */
export function drawAddress(block: Block, random: Random): string {
  return block.family === 4
    ? hostOf(block, random)
    : interfaceIn(subnetOf(block, random.below(SUBNETS_OF_48)), random);
}

/** One of `count` hosts of an IPv4 block, as a NAT pool has them; of IPv6 any. */
export function drawPooled(block: Block, count: number, random: Random): string {
  if (block.family === 6) return drawAddress(block, random);
  const from = block.size > count + 2 ? 1 : 0;
  return ipv4Text((block.words[0] ?? 0) + from + random.below(Math.min(count, block.size)));
}

/** The first four groups of a /64 of an IPv6 block. */
export function drawSubnet(block: Block, random: Random): string {
  return subnetOf(block, random.below(SUBNETS_OF_48));
}

/** An address of a /64 with a random interface identifier, as temporary addresses have it (RFC 8981). */
export function interfaceIn(subnet: string, random: Random): string {
  const [high, low] = [random.word(), random.word()];
  // A group of zeros could be written shorter: such identifiers are left out, so that the text is canonical.
  const groups = [high >>> 16, high & 0xffff, low >>> 16, low & 0xffff].map((group) =>
    (group | 1).toString(16),
  );
  return `${subnet}:${groups.join(':')}`;
}

function hostOf(block: Block, random: Random): string {
  const first = block.words[0] ?? 0;
  // Network and broadcast address of a whole /24 are nobody's.
  return ipv4Text(
    block.size >= 256 ? first + random.between(1, block.size - 2) : first + random.below(block.size),
  );
}

function subnetOf(block: Block, index: number): string {
  const [first = 0, second = 0] = block.words;
  const groups = [first >>> 16, first & 0xffff, second >>> 16, index | 1];
  return groups.map((group) => group.toString(16)).join(':');
}

function ipv4Text(word: number): string {
  return [24, 16, 8, 0].map((shift) => (word >>> shift) & 0xff).join('.');
}

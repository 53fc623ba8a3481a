/**
 * Randomness that is the same on every machine: sfc32 on 32-bit integers, seeded by a number and a name.
 * No `Math.random`, and none of the functions whose last digits differ between engines (`sin`, `exp`, `log`).
 */

export interface Random {
  /** Uniform 32-bit unsigned integer. */
  readonly word: () => number;
  /** Uniform integer from 0 to `count` − 1. */
  readonly below: (count: number) => number;
  /** Uniform integer, both ends included. */
  readonly between: (lowest: number, highest: number) => number;
  /** True with this probability, 0–1. */
  readonly chance: (probability: number) => boolean;
  /** One of a list. Throws on an empty one. */
  readonly pick: <Item>(items: readonly Item[]) => Item;
  /** One of a list by weight; weights are not negative and one is positive. */
  readonly pickBy: <Item>(items: readonly Item[], weightOf: (item: Item) => number) => Item;
}

const WORDS = 0x1_0000_0000;
/** Rounds until the seed has reached every bit of the state. */
const WARM_UP = 12;

/** A stream of its own for each seed and name: what one user does never shifts what another one draws. */
export function createRandom(seed: number, name: string): Random {
  const word = sfc32(seedWords(`${seed}/${name}`));
  const below = (count: number): number => Math.floor((word() / WORDS) * count);
  return {
    word,
    below,
    between: (lowest, highest) => lowest + below(highest - lowest + 1),
    chance: (probability) => word() < probability * WORDS,
    pick: (items) => itemAt(items, below(items.length)),
    pickBy(items, weightOf) {
      const total = items.reduce((sum, item) => sum + weightOf(item), 0);
      let left = (word() / WORDS) * total;
      const found = items.findIndex((item) => (left -= weightOf(item)) < 0);
      return itemAt(items, found < 0 ? items.length - 1 : found);
    },
  };
}

function itemAt<Item>(items: readonly Item[], index: number): Item {
  if (index < 0 || index >= items.length) throw new Error('nothing to pick from');
  return items[index] as Item;
}

/** sfc32 (Chris Doty-Humphrey, PractRand): passes PractRand and BigCrush, period at least 2^64. */
function sfc32([first, second, third, fourth]: readonly [number, number, number, number]): () => number {
  let [a, b, c, counter] = [first, second, third, fourth];
  const word = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < WARM_UP; round += 1) word();
  return word;
}

/** Four words of FNV-1a over the text, each with another start. */
function seedWords(text: string): readonly [number, number, number, number] {
  return [fnv(text, 0x811c9dc5), fnv(text, 0x9e3779b9), fnv(text, 0x85ebca6b), fnv(text, 0xc2b2ae35) | 1];
}

function fnv(text: string, start: number): number {
  let hash = start;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

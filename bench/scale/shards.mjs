/**
 * How many history shards: a shard stores one state at a time, so that the states of its workflows wait for each other.
 * Simulated, since a mean says nothing of the tail: arrivals are random, each goes to the shard of its workflow, and is
 * served in a fixed time.
 */
import { MIX, WORKFLOW_WRITES } from './model.mjs';

/** A write to a replicated database over a network; on the measured machine it is less. */
const WRITE_MS = 5;
const WAIT_MS = 5;
const COUNTS = Array.from({ length: 15 }, (_, power) => 2 ** power);
const WRITES = 200_000;

/** A generator of numbers in (0, 1] that gives the same every time (mulberry32). */
function createRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 1) / 4_294_967_296;
  };
}

/** Milliseconds that the 99th of a hundred writes waits for its shard. */
export function waitAtP99(writesPerSecond, shards) {
  const random = createRandom(shards);
  const freeAt = new Float64Array(shards);
  const waits = new Float64Array(WRITES);
  let now = 0;
  for (let index = 0; index < WRITES; index += 1) {
    now += (-Math.log(random()) / writesPerSecond) * 1_000;
    const shard = Math.floor(random() * shards) % shards;
    const begins = Math.max(now, freeAt[shard]);
    waits[index] = begins - now;
    freeAt[shard] = begins + WRITE_MS;
  }
  return waits.sort()[Math.floor(0.99 * WRITES)];
}

/** For each rate the fewest shards whose 99th percentile waits no longer than a write takes, and how it is with half of them. */
export function waitsOf(rates) {
  const each = Object.entries(MIX).reduce((sum, [kind, share]) => sum + share * WORKFLOW_WRITES[kind], 0);
  return rates.map((rate) => {
    const writes = rate * each;
    const enough = COUNTS.find(
      (count) => writes * WRITE_MS < count * 1_000 && waitAtP99(writes, count) <= WAIT_MS,
    );
    const half = enough === undefined ? undefined : Math.max(1, enough / 2);
    return {
      rate,
      writes,
      shards: enough ?? null,
      waitMs: enough === undefined ? null : waitAtP99(writes, enough),
      waitMsWithHalf: half === undefined ? null : waitAtP99(writes, half),
    };
  });
}

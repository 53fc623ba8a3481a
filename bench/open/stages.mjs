/** More and more open challenges: memory, the cache of workflows, and how long answers take at each stage. */
import { memoryOf } from '../load/memory.mjs';
import { latencies, percentile, rounded } from '../sign-in/measure.mjs';
import { skipped } from '../sign-in/people.mjs';
import { stickyCache } from './sticky-cache.mjs';

/** The p99 of so few is the slowest. */
const SAMPLE = 30;
const SETTLES_MS = 3_000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const quantiles = (times) => ({
  p50: rounded(percentile(times, 50)),
  p99: rounded(percentile(times, 99)),
});

/** Latencies of some answers and the cache misses they made. */
async function answered(instance, answers) {
  const before = await stickyCache(instance);
  const times = await latencies(answers);
  const after = await stickyCache(instance);
  return { ...quantiles(times), answers: times.length, misses: after.misses - before.misses };
}

/** Stages such as 0, 100, 1,000 and 10,000; the first is the machine at rest, warmed up. */
export async function measureStage(instance, { call, crowd, settled, goal }) {
  const begun = performance.now();
  const had = crowd.waiting();
  // Those whose answers are timed are opened as well.
  if (goal > 0) await crowd.growTo(goal);
  const openedPerSecond = (crowd.waiting() - had) / ((performance.now() - begun) / 1_000);
  await pause(SETTLES_MS);
  const open = crowd.waiting();
  const memoryMib = memoryOf(instance);
  const cache = await stickyCache(instance);
  if (goal === 0) await crowd.growTo(SAMPLE);
  const newest = await answered(instance, crowd.answersOf('newest', SAMPLE));
  const oldest = goal === 0 ? undefined : await answered(instance, crowd.answersOf('oldest', SAMPLE));
  const letIn = quantiles(
    await latencies(settled.slice(0, SAMPLE).map((person) => () => skipped(call, person))),
  );
  return {
    open,
    openedPerSecond: goal === 0 ? undefined : rounded(openedPerSecond),
    memoryMib,
    cache,
    newest,
    oldest,
    letIn,
  };
}

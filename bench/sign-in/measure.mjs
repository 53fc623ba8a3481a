/** Latencies, throughput, and what a request costs the processes. */
import { readFileSync, readdirSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** The p-th percentile of unsorted values, by the nearest rank. */
export function percentile(values, p) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)];
}

export const median = (values) => percentile(values, 50);
export const rounded = (value) => Math.round(value * 100) / 100;

/** Milliseconds of each request, one after the other. */
export async function latencies(requests) {
  const times = [];
  for (const request of requests) {
    const begun = performance.now();
    await request();
    times.push(performance.now() - begun);
  }
  return times;
}

/** Runs the requests with so many at a time; resolves to requests a second. */
export async function throughput(requests, concurrency) {
  const begun = performance.now();
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < requests.length; index = next++) await requests[index]();
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return requests.length / ((performance.now() - begun) / 1_000);
}

/** CPU milliseconds of processes with their children so far (Linux: `/proc`); null elsewhere. */
export function cpuMilliseconds(pids) {
  try {
    const parents = new Map(
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .flatMap((name) => {
          const fields = statOf(name);
          return fields ? [[Number(name), { parent: Number(fields[1]), ticks: ticksOf(fields) }]] : [];
        }),
    );
    const isOurs = (pid) =>
      pids.includes(pid) || (parents.has(pid) && pid > 1 && isOurs(parents.get(pid).parent));
    const ticks = [...parents].reduce((sum, [pid, one]) => (isOurs(pid) ? sum + one.ticks : sum), 0);
    return (ticks * 1_000) / TICKS_PER_SECOND;
  } catch {
    return null;
  }
}

function statOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** Own time in user and kernel mode, and that of children that have ended (proc(5)). */
function ticksOf(fields) {
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
}

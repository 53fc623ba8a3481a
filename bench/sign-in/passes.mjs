/** The passes of a run. In each of them the kinds take turns, so that what else the machine does meets all of them. */
import { cpuMilliseconds, latencies, median, percentile, rounded, throughput } from './measure.mjs';

const AT_A_TIME = [8, 16, 32];
/** So many times the requests of a round, where several are under way at once. */
const CROWD = 4;

/** How many requests of one kind all passes make. */
export const requestsOfAKind = ({ rounds, requests }) =>
  requests * (1 + rounds + CROWD * (AT_A_TIME.length + 1));

/** Code that runs for the first time is not what is measured. */
export async function warmUp(kinds, { requests }) {
  for (const { prepare } of kinds) await latencies(await prepare(requests));
}

/** Milliseconds of requests one at a time: of each percentile the median of the rounds. */
export async function measureLatency(kinds, { rounds, requests, say }) {
  const byKind = new Map(kinds.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, prepare } of kinds) byKind.get(name).push(await latencies(await prepare(requests)));
    say(`round ${round} of ${rounds}`);
  }
  const percentiles = (runs) =>
    [50, 95, 99].map((p) => [`p${p}`, rounded(median(runs.map((run) => percentile(run, p))))]);
  return new Map([...byKind].map(([name, runs]) => [name, Object.fromEntries(percentiles(runs))]));
}

/** Requests a second with so many under way. */
export async function measureThroughput(kinds, { requests, say }) {
  const found = new Map(kinds.map(({ name }) => [name, {}]));
  for (const concurrency of AT_A_TIME) {
    for (const { name, prepare } of kinds) {
      const ready = await prepare(requests * CROWD);
      found.get(name)[concurrency] = rounded(await throughput(ready, concurrency));
    }
    say(`${concurrency} at a time`);
  }
  return found;
}

/** Milliseconds of CPU a request by process, with eight under way. */
export async function measureCpu(kinds, { requests, processes }) {
  const found = new Map();
  for (const { name, prepare } of kinds) {
    const ready = await prepare(requests * CROWD);
    const before = processes.map(({ pids }) => cpuMilliseconds(pids));
    await throughput(ready, 8);
    const spent = processes.map(({ part, pids }, index) => [
      part,
      rounded((cpuMilliseconds(pids) - before[index]) / ready.length),
    ]);
    found.set(name, Object.fromEntries(spent));
  }
  return found;
}

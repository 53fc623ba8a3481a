/**
 * What takes time. In every round the kinds take turns with each number of requests under way, so that what else the
 * machine does meets all of them; the figures are medians of the rounds.
 */
import { cpuMilliseconds, latencies, median, percentile, rounded, throughput } from './measure.mjs';

const AT_A_TIME = [8, 16, 32];
/** Where CPU is counted. */
const CPU_AT = 8;

/** How many requests are made with so many under way: twice those of a round, and enough to keep that many so. */
const crowd = (requests, concurrency) => 2 * Math.max(requests, concurrency);

/** How many requests of one kind are made in all. */
export const requestsOfAKind = ({ rounds, requests }) =>
  requests + rounds * AT_A_TIME.reduce((sum, concurrency) => sum + crowd(requests, concurrency), requests);

/** Code that runs for the first time is not what is measured. */
export async function warmUp(kinds, { requests }) {
  for (const { prepare } of kinds) await latencies(await prepare(requests));
}

const emptyFigures = () => ({
  runs: [],
  perSecond: new Map(AT_A_TIME.map((concurrency) => [concurrency, []])),
  cpu: [],
});

async function crowdOnce({ prepare }, concurrency, { requests, processes, figures }) {
  const ready = await prepare(crowd(requests, concurrency));
  const look = () => processes.map(({ pids }) => cpuMilliseconds(pids));
  const before = look();
  figures.perSecond.get(concurrency).push(await throughput(ready, concurrency));
  if (concurrency !== CPU_AT) return;
  figures.cpu.push(look().map((after, index) => (after - before[index]) / ready.length));
}

/** The mean of CPU, since it comes in ticks; of everything else the median. */
function summaryOf({ runs, perSecond, cpu }, processes) {
  const mean = (index) => cpu.reduce((sum, one) => sum + one[index], 0) / cpu.length;
  const percentiles = [50, 95, 99].map((p) => [
    `p${p}`,
    rounded(median(runs.map((run) => percentile(run, p)))),
  ]);
  const speeds = [...perSecond].map(([concurrency, found]) => [concurrency, rounded(median(found))]);
  return {
    latency: Object.fromEntries(percentiles),
    perSecond: Object.fromEntries(speeds),
    cpu: Object.fromEntries(processes.map(({ part }, index) => [part, rounded(mean(index))])),
  };
}

/**
 * Milliseconds of requests one at a time, requests a second with several under way, and milliseconds of CPU a request.
 * @returns {Promise<Map<string, {latency: object, perSecond: object, cpu: object}>>} by kind
 */
export async function measureRounds(kinds, { rounds, requests, processes, say }) {
  const byKind = new Map(kinds.map((kind) => [kind, emptyFigures()]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [kind, { runs }] of byKind) runs.push(await latencies(await kind.prepare(requests)));
    for (const concurrency of AT_A_TIME)
      for (const [kind, figures] of byKind)
        await crowdOnce(kind, concurrency, { requests, processes, figures });
    say(`round ${round} of ${rounds}`);
  }
  return new Map([...byKind].map(([{ name }, figures]) => [name, summaryOf(figures, processes)]));
}

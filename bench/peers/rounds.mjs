/** The measurement: rounds in which every product takes its turn, so that what else the machine does meets all. */
import { latencies, median, percentile, throughput } from '../sign-in/measure.mjs';

export const KINDS = ['let-in', 'challenge', 'totp', 'password'];
export const AT_A_TIME = 16;
/** So many times the requests of the latency are sent at 16 at a time: a few are over before they overlap. */
const TIMES = 4;
const WARM_UP_MS = 10_000;
const WARM_UP_REQUESTS = 600;

const rounded = (value) => Math.round(value * 100) / 100;

/** @returns every product with each of its kinds, the products of one kind beside each other */
function turnsOf(products) {
  return KINDS.flatMap((kind) =>
    products
      .filter(({ kinds }) => kinds[kind])
      .map((product) => ({
        product,
        kind,
        prepare: product.kinds[kind],
        latency: [],
        perSecond: [],
        failure: undefined,
      })),
  );
}

/** A turn that fails is out of the run and tells why; the others go on. */
async function guarded(turn, work) {
  if (turn.failure) return;
  try {
    await work(turn);
  } catch (error) {
    turn.failure = error.message;
  }
}

/** Code that runs for the first time is not what is measured; a JVM needs long until it is at its speed. */
async function warmUp({ prepare, kind }, requests) {
  const until = Date.now() + WARM_UP_MS;
  const most = kind === 'password' ? requests : WARM_UP_REQUESTS;
  for (let sent = 0; sent < most && Date.now() < until; sent += requests)
    await throughput(await prepare(requests), AT_A_TIME);
}

async function measure({ prepare, kind, latency, perSecond }, requests) {
  latency.push(await latencies(await prepare(requests)));
  const many = kind === 'password' ? requests * 2 : requests * TIMES;
  perSecond.push(await throughput(await prepare(many), AT_A_TIME));
}

const atOnce = ({ latency }, p) => rounded(median(latency.map((run) => percentile(run, p))));

/**
 * @param {{kinds: Record<string, (count: number) => Promise<(() => Promise<unknown>)[]>>, slug: string}[]} products
 * @returns {Promise<{slug: string, kind: string, p50?: number, perSecond?: number, failure?: string}[]>}
 */
export async function runRounds(products, { rounds, requests, say }) {
  const turns = turnsOf(products);
  for (const turn of turns) {
    await guarded(turn, () => warmUp(turn, requests));
    say(`warmed up: ${turn.kind}, ${turn.product.slug}`);
  }
  for (let round = 1; round <= rounds; round += 1) {
    // Who goes first meets the machine as the one before left it: every round another one.
    for (const turn of round % 2 ? turns : [...turns].reverse())
      await guarded(turn, () => measure(turn, requests));
    say(`round ${round} of ${rounds}`);
  }
  return turns.map((turn) => {
    const { product, kind, failure, perSecond } = turn;
    if (failure) return { slug: product.slug, kind, failure };
    const [p50, p95, p99] = [50, 95, 99].map((p) => atOnce(turn, p));
    return { slug: product.slug, kind, p50, p95, p99, perSecond: rounded(median(perSecond)) };
  });
}

/** What a product does with a wrong code, the right one, and the right one once more. */
export async function probe({ tryCode }, { right, wrong }) {
  if (await tryCode(wrong())) throw new Error('it takes a wrong code');
  const code = right();
  if (!(await tryCode(code))) throw new Error('it refuses a right code');
  return { refusesReplay: !(await tryCode(code)) };
}

/** Rated load, many times as much, and rated load again: shares, latencies, memory, and how soon all is as before. */
import { watchMemory } from '../load/memory.mjs';
import { atRate, createPoster } from '../load/rate.mjs';
import { createCaller } from '../sign-in/caller.mjs';
import { percentile, rounded, throughput } from '../sign-in/measure.mjs';
import { createPeople, FIREFOX, settle, skipped } from '../sign-in/people.mjs';

const SETTLED = 40;
const CLOSED_LOOP = { concurrency: 16, requests: 400 };
/** Of what is reached by callers who wait for their answers: at all of it an open loop has queues without end. */
const RATED_SHARE = 0.7;
const WINDOW_MS = 1_000;
/** As before: nobody refused, and at most one in ten later than so many times the p99 of the rated load. */
const NORMAL = { times: 2, share: 0.1 };

const basic = ({ clientId, clientSecret }) =>
  `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;

function senderOf({ demo }, { post }, people) {
  const headers = { authorization: basic(demo) };
  return (index) => {
    const { userId, ip, fingerprint, deviceToken } = people[index % people.length];
    const body = { userId, ip, fingerprint, deviceToken, userAgent: FIREFOX };
    return post('/api/v1/auth/mfa/status/check', body, headers);
  };
}

const quantiles = (answers) =>
  answers.length === 0
    ? null
    : Object.fromEntries(
        [50, 99, 100].map((p) => [
          `p${p}`,
          rounded(
            percentile(
              answers.map(({ ms }) => ms),
              p,
            ),
          ),
        ]),
      );

function summaryOf(answers, { perSecond, seconds }) {
  const shares = {};
  for (const { status } of answers) shares[status] = (shares[status] ?? 0) + 1 / answers.length;
  const refused = answers.filter(({ status }) => status === 429 || status === 503);
  const accepted = answers.filter(({ status }) => status === 200);
  return {
    perSecond: rounded(perSecond),
    requests: answers.length,
    shares: Object.fromEntries(Object.entries(shares).map(([status, share]) => [status, rounded(share)])),
    acceptedPerSecond: rounded(accepted.length / seconds),
    accepted: quantiles(accepted),
    refused: quantiles(refused),
    refusedWithoutRetryAfter: refused.filter(({ retryAfter }) => retryAfter === undefined).length,
  };
}

/** Seconds from the end of the overload until every later second is as before; null: never in this run. */
function recoveredAfter(answers, normalP99) {
  const windows = [];
  for (const answer of answers) (windows[Math.floor(answer.dueMs / WINDOW_MS)] ??= []).push(answer);
  const isBad = (window) => {
    const late = window.filter(({ ms }) => ms > NORMAL.times * normalP99);
    return window.some(({ status }) => status !== 200) || late.length > NORMAL.share * window.length;
  };
  const last = windows.findLastIndex(isBad);
  return last === windows.length - 1 ? null : ((last + 1) * WINDOW_MS) / 1_000;
}

/** @param {{seconds: number, times: number, rated?: number, say(text: string): void}} size */
export async function measureOverload(instance, { seconds, times, rated, say }) {
  const call = createCaller(instance);
  const people = await settle(call, await createPeople(call, SETTLED));
  const { concurrency, requests } = CLOSED_LOOP;
  const closed = Array.from(
    { length: requests },
    (_none, index) => () => skipped(call, people[index % SETTLED]),
  );
  // The first half only warms up.
  await throughput(closed.slice(requests / 2), concurrency);
  const reached = await throughput(closed.slice(requests / 2), concurrency);
  const perSecond = rated ?? reached * RATED_SHARE;
  say(`${reached.toFixed(1)} a second with ${concurrency} callers; rated: ${perSecond.toFixed(1)}`);
  const poster = createPoster(instance.api);
  const send = senderOf(instance, poster, people);
  const phases = [];
  let normal;
  let recoveredAfterSeconds = null;
  for (const [name, factor] of [
    ['rated', 1],
    ['overload', times],
    ['recovery', 1],
  ]) {
    const load = { perSecond: perSecond * factor, seconds };
    const memory = watchMemory(instance);
    const answers = await atRate(send, load);
    const phase = { name, ...summaryOf(answers, load), memoryMib: memory.stop() };
    normal ??= phase.accepted?.p99;
    if (name === 'recovery') recoveredAfterSeconds = recoveredAfter(answers, normal);
    phases.push(phase);
    say(JSON.stringify(phase));
  }
  poster.close();
  return { seconds, times, reachedPerSecond: rounded(reached), phases, recoveredAfterSeconds };
}

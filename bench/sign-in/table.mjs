/** The figures of a run as Markdown, each time also in multiples of the floor. */
import { FLOOR } from './kinds.mjs';

const WORDS = {
  floor: 'empty workflow (floor)',
  usual: 'usual design: three activities, polled',
  skip: '`status/check`, let in',
  challenge: '`status/check`, challenged',
  totp: '`verify` by TOTP',
  stepUpApproved: 'step-up, approved at once',
  stepUpChallenged: 'step-up, challenged',
  push: 'push: asked, approved, handed over',
};

const TARGETS = {
  usual: '4 × slower than let in',
  skip: 'p50 ≤ 1.0, p99 ≤ 2, at 16 ≥ 1.0',
  totp: 'p50 ≤ 1.3',
};

const markdown = (heads, rows) =>
  [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

function timesOf(kinds) {
  const floor = kinds.find(({ name }) => name === FLOOR);
  const times = (value, of) => `${value} (${(value / of).toFixed(2)})`;
  const lanes = Object.keys(floor.perSecond);
  const rows = kinds.map(({ name, latency, perSecond }) => [
    WORDS[name],
    ...Object.keys(latency).map((p) => times(latency[p], floor.latency[p])),
    ...lanes.map((lane) => times(perSecond[lane], floor.perSecond[lane])),
    TARGETS[name] ?? '',
  ]);
  const heads = ['Request', 'p50 ms', 'p95 ms', 'p99 ms', ...lanes.map((lane) => `/s at ${lane}`), 'Target'];
  return markdown(heads, rows);
}

const PARTS = ['api', 'worker', 'temporal', 'postgres', 'redis'];

function costsOf(kinds) {
  const rows = kinds.map(({ name, cpu, cost }) => [
    WORDS[name],
    PARTS.map((part) => cpu[part]).join(' + '),
    cost ? `${cost.statements.api} + ${cost.statements.worker}` : '',
    cost ? `${cost.roundTrips.api} + ${cost.roundTrips.worker}` : '',
    cost?.redisCommands ?? '',
    cost ? `${cost.history.events}${cost.history.ended ? '' : ', open'}` : '',
    cost?.history.bytes ?? '',
  ]);
  const heads = ['CPU ms', 'SQL statements', 'SQL round trips', 'Redis commands', 'history events', 'bytes'];
  return markdown(['Request', ...heads], rows);
}

/** @param {string | undefined} link to the result, where the reader of the table can follow it */
export function tableOf({ at, rounds, requests, machine, kinds }, link) {
  const { node, cores, cpu, load } = machine;
  const day = at.slice(0, 10);
  const source = link === undefined ? day : `[${day}](${link})`;
  return [
    `${source}: medians of ${rounds} rounds: ${requests} requests one at a time, then so many a second at 8, 16 and 32 at a time. In brackets multiples of the floor in the same run. ${cores} × ${cpu}, load ${load[0].toFixed(1)}, Node ${node}; the load generator runs on the same cores.`,
    '',
    timesOf(kinds),
    '',
    'What a request costs: CPU of API + worker + Temporal + Postgres + Redis at 8 at a time, statements and round trips of API + worker, the history of the whole sign-in or step-up.',
    '',
    costsOf(kinds),
    '',
  ].join('\n');
}

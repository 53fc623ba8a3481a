/** The tables of docs/scaling.md. */
import { MIX } from './model.mjs';

const number = (value) =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : Number(value.toPrecision(2)).toString();

const markdown = (heads, rows) =>
  [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const LINES = [
  ['cores: API with its worker', ({ cores }) => cores.apiAndWorker],
  ['cores: Temporal server', ({ cores }) => cores.temporal],
  ['cores: Postgres', ({ cores }) => cores.postgres],
  ['cores: Redis', ({ cores }) => cores.redis],
  ['SQL statements a second', ({ postgres }) => postgres.statements],
  ['write-ahead log, MB a second', ({ postgres }) => postgres.walMegabytes],
  ['rows and indexes, GB a day', ({ postgres }) => postgres.gigabytesADay],
  ['kept for 90 days, TB', ({ postgres }) => postgres.terabytesKept],
  ['Redis commands a second', ({ redisCommands }) => redisCommands],
  ['workflow states stored a second', ({ temporal }) => temporal.writes],
  ['history events a second', ({ temporal }) => temporal.events],
  ['open challenges (answered after 20 s)', ({ temporal }) => temporal.openFlows],
  ['histories of a day, GB', ({ temporal }) => temporal.gigabytesKept],
];

function demandTable({ demand, shards }) {
  const rows = LINES.map(([label, of]) => [label, ...demand.map((one) => number(of(one)))]);
  const ofShards = (of) => shards.map((one) => (one.shards === null ? 'more than 16,384' : of(one)));
  rows.push(['history shards, at least', ...ofShards((one) => number(one.shards))]);
  rows.push(['p99 wait for a shard, ms', ...ofShards((one) => number(one.waitMs))]);
  rows.push(['the same with half of them', ...ofShards((one) => number(one.waitMsWithHalf))]);
  return markdown(['Sign-ins a second', ...demand.map(({ rate }) => number(rate))], rows);
}

function growthTable({ growth }) {
  const { count, ...kinds } = growth;
  const columns = Object.keys(kinds.skip);
  const rows = columns.map((column) => [
    `\`${column}\``,
    number(kinds.skip[column]),
    number(kinds.totp[column]),
  ]);
  return [
    `Bytes that a sign-in leaves behind, over ${count} of each kind (\`wal\`: write-ahead log; \`redis\`: memory):`,
    '',
    markdown(['', 'let in', 'challenged and verified'], rows),
  ].join('\n');
}

/** @param {string} name of the result's file */
export function tablesOf(result, name) {
  const shares = `${MIX.skip * 100} % let in, ${MIX.totp * 100} % challenged and verified by TOTP`;
  return [
    `From [${name}](../bench/results/${name}) and [${result.signIns}](../bench/results/${result.signIns}): ${shares}; every core half busy, of the kind that was measured (${result.machine.cpu}).`,
    demandTable(result),
    growthTable(result),
  ].join('\n\n');
}

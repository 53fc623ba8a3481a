/**
 * Statements, commands and histories a request. They are counted apart from what is timed, on an instance of its own
 * whose Postgres and Redis are reached by a way that counts. Transactions that the instance also makes in an idle while
 * are its own and left out, and so are as many Redis commands as it sends when idle.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bringUpServers } from '../../embedded/test-servers.mjs';
import { createCaller } from './caller.mjs';
import { openHistories } from './history.mjs';
import { openInstance } from './instance.mjs';
import { createCast, kindsOf } from './kinds.mjs';
import { openPassthrough } from './passthrough.mjs';
import { countPostgres } from './postgres-tap.mjs';
import { countRedis } from './redis-tap.mjs';
import { startRig } from './rig.mjs';
import { withUndo } from './undo.mjs';

const REQUESTS = 24;
const IDLE_MS = 16_000;
/** What a request leaves to others is done by then. */
const AFTERMATH_MS = 2_500;
const WORKFLOWS = 5;
const LANES = 2;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function makeFolder() {
  const runDir = mkdtempSync(join(tmpdir(), 'bench-counted-'));
  return { runDir, stop: () => rmSync(runDir, { recursive: true, force: true }) };
}

/** Servers with a way of counting before them, and the product on them. */
async function openCounted(root, bringUp) {
  const { runDir } = await bringUp(makeFolder);
  const servers = await bringUp(() => bringUpServers({ runDir: join(runDir, 'servers') }));
  const [postgres, redis] = [countPostgres(), countRedis()];
  const way = (url, { createTap }) => bringUp(() => openPassthrough(url, createTap));
  const ways = [await way(servers.databaseUrl, postgres), await way(servers.redisUrl, redis)];
  const env = {
    ...{ DATABASE_URL: ways[0].url, REDIS_URL: ways[1].url },
    ...{ TEMPORAL_ADDRESS: servers.temporalAddress, TEMPORAL_NAMESPACE: servers.temporalNamespace },
  };
  const instance = await bringUp(() => openInstance(root, { env }));
  return { instance, look: () => ({ at: performance.now(), sql: postgres.counts(), redis: redis.count() }) };
}

/** What happened between two looks: transactions by kind, Redis commands, and in how long. */
function between(before, after) {
  const transactions = [...after.sql]
    .map(([key, { application, first, ...counts }]) => {
      const since = (what) => counts[what] - (before.sql.get(key)?.[what] ?? 0);
      const [times, statements, roundTrips] = ['times', 'statements', 'roundTrips'].map(since);
      return { key, application, first, times, statements, roundTrips };
    })
    .filter(({ times }) => times > 0);
  return { ms: after.at - before.at, transactions, redis: after.redis - before.redis };
}

const isApi = ({ application }) => application.startsWith('zewstid-api');
const each = (count) => Math.round((Math.max(0, count) / REQUESTS) * 10) / 10;

/** A request's share, by who sent it. The rig's worker stands where the product's does. */
function sqlOf(transactions) {
  const sum = (what) => {
    const total = (list) => each(list.reduce((so, one) => so + one[what], 0));
    return {
      api: total(transactions.filter(isApi)),
      worker: total(transactions.filter((one) => !isApi(one))),
    };
  };
  return { transactions: sum('times'), statements: sum('statements'), roundTrips: sum('roundTrips') };
}

/** Which transactions those are, by their first statement. */
const listOf = (transactions) =>
  transactions.map((one) => ({
    by: isApi(one) ? 'api' : 'worker',
    first: one.first.slice(0, 100),
    times: each(one.times),
    statements: each(one.statements),
  }));

async function run(requests) {
  const answers = [];
  const left = [...requests];
  const lane = async () => {
    for (let request = left.shift(); request; request = left.shift()) answers.push(await request());
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return answers;
}

async function countKind({ prepare, workflowOf }, { look, idle, histories }) {
  const ready = await prepare(REQUESTS);
  await pause(AFTERMATH_MS);
  const before = look();
  const answers = await run(ready);
  await pause(AFTERMATH_MS);
  const { ms, transactions, redis } = between(before, look());
  const own = transactions.filter(({ key }) => !idle.transactions.some((one) => one.key === key));
  const workflowIds = await Promise.all(answers.slice(-WORKFLOWS).map((answer) => workflowOf(answer)));
  return {
    ...sqlOf(own),
    redisCommands: each(redis - (idle.redis * ms) / idle.ms),
    history: await histories.measure(workflowIds),
    sql: listOf(own),
  };
}

async function countAll(root, { names, say }, bringUp) {
  const { instance, look } = await openCounted(root, bringUp);
  const rig = await bringUp(() => startRig(root, instance));
  const histories = await bringUp(() => openHistories(instance.temporal));
  const call = createCaller(instance);
  const cast = await createCast(call, 2 * REQUESTS);
  const kinds = kindsOf({ call, rig, cast }).filter(({ name }) => names.includes(name));
  for (const { prepare } of kinds) await run(await prepare(LANES));
  await pause(AFTERMATH_MS);
  say('counting: what the instance does by itself');
  const before = look();
  await pause(IDLE_MS);
  const idle = between(before, look());
  const found = new Map();
  for (const kind of kinds) {
    found.set(kind.name, await countKind(kind, { look, idle, histories }));
    say(`counted ${kind.name}`);
  }
  return found;
}

/**
 * @param {{names: string[], say(text: string): void}} options
 * @returns {Promise<Map<string, {transactions: object, statements: object, roundTrips: object,
 *   redisCommands: number, history: object, sql: object[]}>>}
 */
export function measureCosts(root, options) {
  return withUndo((bringUp) => countAll(root, options, bringUp));
}

/**
 * `npm start`, top to bottom: lock, leftovers, install, servers and build, migrate, seed, processes, instance
 * file; then it watches until it is told to stop. Owns: that order and the orderly stop.
 */
import { join } from 'node:path';
import { applicationProcesses, chooseApplicationPorts, migrate, seed, TASK_QUEUE } from './application.mjs';
import { build } from './build.mjs';
import { createContext } from './context.mjs';
import { installDependencies } from './install.mjs';
import { describeInstance, removeInstanceFile, writeInstanceFile } from './instance-file.mjs';
import { acquireLock } from './lock.mjs';
import { logPath, tailOf } from './logs.mjs';
import { openRunDirectory } from './private-files.mjs';
import { endLeftovers } from './process-table.mjs';
import { createProgress } from './progress.mjs';
import { answersOk, waitUntil } from './ready.mjs';
import { endRunningCommands, killRunningCommands } from './run-command.mjs';
import { bringUpPostgres } from './servers/postgres.mjs';
import { bringUpRedis } from './servers/redis.mjs';
import { bringUpTemporal } from './servers/temporal.mjs';
import { welcome } from './welcome.mjs';

const READY_WITHIN_MS = 120_000;

/** Waits for all, then passes on the first error: nothing goes on behind the back of a failed start. */
async function together(...work) {
  const outcomes = await Promise.allSettled(work);
  const failed = outcomes.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
  return outcomes.map(({ value }) => value);
}

/** API and worker processes of a killed supervisor are ended; its servers stay, to be taken over. */
async function clearLeftovers(context, { step }) {
  const isOurs = (name) => /^(api|worker)-\d+$/.test(name);
  if (!context.table.names().some(isOurs)) return;
  await step('left over', async (note) => {
    const names = await endLeftovers(context.table, isOurs);
    note(names.length === 0 ? 'nothing still running' : `ended ${names.join(', ')} of an earlier start`);
  });
}

async function bringUpServers(context, { step }) {
  const [postgres, redis, temporal] = await together(
    step('Postgres', (note) => bringUpPostgres(context, note)),
    step('Redis', (note) => bringUpRedis(context, note)),
    step('Temporal', (note) => bringUpTemporal(context, {}, note)),
    step('build', (note) => build(context, note)),
  );
  return { postgres, redis, temporal };
}

async function awaitReady(process, url, logDir) {
  try {
    await waitUntil(() => answersOk(url), {
      what: url,
      withinMs: READY_WITHIN_MS,
      everyMs: 50,
      giveUp: () => process.hopeless(5),
    });
  } catch (error) {
    throw new Error(`${error.message}; the end of its log:\n${tailOf(logPath(logDir, process.name))}`);
  }
}

/** Starts workers and APIs; an API says that it is ready only when a worker polls. */
async function startApplication(context, { step }, { servers, chosen }) {
  await step('application', async (note) => {
    const specs = applicationProcesses(context, servers, chosen);
    note(`${specs.apis.length} api, ${specs.workers.length} worker`);
    const workers = specs.workers.map(context.supervise);
    const apis = specs.apis.map(context.supervise);
    for (const process of [...workers, ...apis]) process.start();
    const crashed = () => workers.map((one) => one.hopeless(5)).find(Boolean);
    const checked = (api) => ({ ...api, hopeless: (exits) => api.hopeless(exits) ?? crashed() ?? null });
    await together(
      ...apis.map((api, index) =>
        awaitReady(checked(api), `http://127.0.0.1:${chosen.apis[index].port}/health/ready`, context.logDir),
      ),
    );
  });
}

/** Everything from leftovers to ready processes. Returns a function that describes the instance as it now is. */
async function bringUpInstance(context, progress) {
  await clearLeftovers(context, progress);
  await progress.step('dependencies', (note) => installDependencies(context, note));
  const chosen = await chooseApplicationPorts(context);
  const servers = await bringUpServers(context, progress);
  await progress.step('migrate', () => migrate(context, servers));
  const seeded = await progress.step('seed', () => seed(context, servers));
  await startApplication(context, progress, { servers, chosen });
  const { secrets, processes } = context;
  return () => describeInstance({ ...chosen, servers, secrets, seeded, processes, taskQueue: TASK_QUEUE });
}

/** The greeting holds the demo client's secret, so it is shown and not logged. */
function greet(progress, { from, text }) {
  progress.say(`Ready after ${((performance.now() - from) / 1000).toFixed(1)} s.`);
  progress.show(text);
}

/**
 * Takes the run directory's lock and returns the running supervisor's parts.
 * @param {{root: string, runDir: string, env: NodeJS.ProcessEnv, stdout?: NodeJS.WritableStream}} options
 * @throws {import('./lock.mjs').LockHeld} when another one runs on this directory
 */
export function createSupervisor({ root, runDir, env, stdout = process.stdout }) {
  openRunDirectory(runDir);
  const lock = acquireLock(join(runDir, 'supervisor.lock'));
  removeInstanceFile(runDir);
  const logDir = join(runDir, 'logs');
  const progress = createProgress({ stdout, logFile: logPath(logDir, 'supervisor') });
  const state = { describe: null, stopping: false };
  const onChange = () => state.describe && !state.stopping && writeInstanceFile(runDir, state.describe());
  const onEnd = (name, how, pauseMs) => {
    progress.say(`  ! ${name} ${how}; starting it again in ${pauseMs} ms (log: ${logPath(logDir, name)})`);
    onChange();
  };
  const context = createContext({ root, runDir, env, onChange, onEnd });
  return {
    say: progress.say,
    isStopping: () => state.stopping,
    async start() {
      const from = performance.now();
      const describe = await bringUpInstance(context, progress);
      if (state.stopping) return;
      state.describe = describe;
      onChange();
      greet(progress, { from, text: welcome(describe(), { runDir }) });
    },
    /** Stops everything in order, within 15 s. Safe to call during `start`. */
    async stop() {
      state.stopping = true;
      removeInstanceFile(runDir);
      await endRunningCommands();
      await context.stopAll((name, outcome) => progress.say(`  ✓ ${name} ${outcome}`));
      lock.release();
    },
    /** Ends everything at once. */
    kill() {
      state.stopping = true;
      removeInstanceFile(runDir);
      killRunningCommands();
      context.killAll();
      lock.release();
    },
  };
}

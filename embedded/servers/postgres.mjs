/**
 * Postgres. Owns: DATABASE_URL → our own live one → a new one on `.run/postgres` from the first programs that
 * work. Postgres is the truth of the product: fsync stays on outside tests, and its data is never deleted.
 */
import { NAMED_LIMITS, NamedSourceFailed } from '../chain.mjs';
import { serverEnvironment } from '../find-program.mjs';
import { endProcess, identify } from '../identity.mjs';
import { maskUrl } from '../progress.mjs';
import { waitUntil } from '../ready.mjs';
import { postgresAccount } from './postgres-account.mjs';
import { findPostgres, majorOf } from './postgres-binaries.mjs';
import {
  clearStaleLock,
  databaseAnswers,
  livePostmaster,
  makeCluster,
  makeDatabase,
  serverArguments,
} from './postgres-cluster.mjs';
import { startOnFreePort } from './start-on-free-port.mjs';

const APPLICATION = 'mfa';

async function useNamed(url, note) {
  note(`DATABASE_URL ${maskUrl(url)}`);
  try {
    await waitUntil(() => databaseAnswers(url), { what: 'Postgres', ...NAMED_LIMITS });
  } catch (error) {
    throw new NamedSourceFailed(
      `DATABASE_URL is set but ${error.message}; start that server or unset DATABASE_URL`,
    );
  }
  return { url, process: null };
}

function urls({ superuserPassword, password }, port) {
  const at = `127.0.0.1:${port}`;
  return {
    superuser: `postgres://postgres:${encodeURIComponent(superuserPassword)}@${at}/postgres`,
    application: `postgres://${APPLICATION}:${encodeURIComponent(password)}@${at}/${APPLICATION}`,
  };
}

/** Ends a postmaster of this data directory that the process table does not know (killed between two steps). */
async function endUnrecorded(dataDir) {
  const pid = livePostmaster(dataDir);
  if (pid !== null) await endProcess(identify(pid, dataDir), { signal: 'SIGINT', withinMs: 10_000 });
}

async function startNew(context, { account, identity }, note) {
  const { dataDir } = account;
  await endUnrecorded(dataDir);
  const { found, source, passedOver } = await findPostgres(context, { major: majorOf(dataDir), account });
  note(`${source}, Postgres ${found.version}`);
  await makeCluster(context, found, account);
  const started = await startOnFreePort(context, {
    what: 'Postgres',
    purposes: ['postgres'],
    withinMs: 60_000,
    spec({ postgres: port }) {
      const wrapped = account.wrap(
        found.postgres,
        serverArguments({ dataDir, port, durable: context.durable }),
      );
      return { ...identity, plan: () => ({ ...wrapped, env: serverEnvironment(context.env) }) };
    },
    probe: ({ postgres }) => databaseAnswers(urls(context.secrets.postgres, postgres).superuser),
  });
  const skipped = ['DATABASE_URL: not set', ...passedOver].join('; ');
  const as = account.mode === 'user' ? '' : `, ${account.mode}`;
  note(`${source}, Postgres ${found.version}, port ${started.ports.postgres}${as} (${skipped})`);
  return started;
}

/**
 * Finds or starts Postgres, and makes the application's database.
 * @param {import('../context.mjs').Context} context
 * @param {(text: string) => void} note
 * @returns {Promise<{url: string, process: object | null}>}
 */
export async function bringUpPostgres(context, note) {
  if (context.env.DATABASE_URL) return useNamed(context.env.DATABASE_URL, note);
  const { secrets, durable } = context;
  const account = await postgresAccount(context.runDir);
  const { dataDir } = account;
  const signature = JSON.stringify([dataDir, durable]);
  const prepare = () => clearStaleLock(dataDir);
  const identity = { name: 'postgres', role: 'postgres', mentions: dataDir, signature, prepare };
  const left = await context.takeOver(identity, ({ postgres }) =>
    databaseAnswers(urls(secrets.postgres, postgres).superuser),
  );
  if (left) note(`our own, still running (pid ${left.process.pid()}), port ${left.ports.postgres}`);
  const { process, ports } = left ?? (await startNew(context, { account, identity }, note));
  const { superuser, application } = urls(secrets.postgres, ports.postgres);
  await makeDatabase(superuser, { name: APPLICATION, password: secrets.postgres.password });
  return { url: application, process };
}

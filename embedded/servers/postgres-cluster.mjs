/**
 * A Postgres cluster on disk. Owns: making it (in one step, so that a half-made one is never used), the
 * server's arguments, clearing a lock file whose process is no postmaster, and the application's
 * role and database. Everything listens on loopback, passwords by SCRAM-SHA-256.
 */
import { existsSync, readFileSync, readdirSync, readlinkSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { serverEnvironment } from '../find-program.mjs';
import { commandLineOf, startTimeOf } from '../identity.mjs';
import { writePrivateFile } from '../private-files.mjs';
import { runCommand } from '../run-command.mjs';

/** No LANG gives SQL_ASCII and a missing one fails, so the locale is always said. */
function localeArguments(major) {
  const builtin = major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : [];
  return ['--encoding=UTF8', '--locale=C', ...builtin];
}

/**
 * Makes the cluster unless it is there.
 * @param {import('../context.mjs').Context} context
 * @param {{initdb: string, major: number}} programs
 * @param {object} account from `postgresAccount`
 */
export async function makeCluster(context, programs, account) {
  const { dataDir } = account;
  if (existsSync(join(dataDir, 'PG_VERSION'))) return;
  const draft = `${dataDir}.draft`;
  rmSync(draft, { recursive: true, force: true });
  const passwordFile = join(dirname(dataDir), '.postgres-password');
  writePrivateFile(passwordFile, context.secrets.postgres.superuserPassword);
  account.own(passwordFile);
  const args = ['-D', draft, '-U', 'postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const flush = context.durable ? [] : ['--no-sync'];
  const {
    command,
    args: wrapped,
    ...as
  } = account.wrap(programs.initdb, [...args, ...localeArguments(programs.major), ...flush]);
  try {
    await runCommand(command, wrapped, { ...as, env: serverEnvironment(context.env), label: 'initdb' });
    renameSync(draft, dataDir);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
}

/** The server's arguments: TCP on loopback only, no socket file. */
export function serverArguments({ dataDir, port, durable }) {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    // The DETAIL of a refused duplicate repeats the row's values: a login would stand in the log.
    log_error_verbosity: 'terse',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return ['-D', dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

function worksIn(pid, dataDir) {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === dataDir;
  } catch {
    return commandLineOf(pid).includes(dataDir);
  }
}

/** Every Postgres process, postmaster or backend, has its data directory as working directory. */
function anyoneWorksIn(dataDir) {
  if (!existsSync('/proc/self')) return false;
  return readdirSync('/proc').some(
    (name) => /^\d+$/.test(name) && startTimeOf(Number(name)) && worksIn(name, dataDir),
  );
}

function lockedBy(dataDir) {
  const file = join(dataDir, 'postmaster.pid');
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : null;
}

/** The pid in `postmaster.pid`, if that process is a living postmaster of this data directory; else null. */
export function livePostmaster(dataDir) {
  const pid = lockedBy(dataDir);
  return pid !== null && startTimeOf(pid) !== null && worksIn(pid, dataDir) ? pid : null;
}

/**
 * Removes a `postmaster.pid` whose pid is another program's by now (after a reboot) or a zombie nobody has
 * buried (in a container): Postgres would take either for a living postmaster and refuse to start. Must never
 * remove it while any process still works in the data directory.
 * @param {string} dataDir
 */
export function clearStaleLock(dataDir) {
  const pid = lockedBy(dataDir);
  if (pid === null || livePostmaster(dataDir) !== null || anyoneWorksIn(dataDir)) return;
  rmSync(join(dataDir, 'postmaster.pid'), { force: true });
}

async function connectTo(url) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** True when the database answers a query; rejects with why not. */
export async function databaseAnswers(url) {
  const client = await connectTo(url);
  try {
    await client.query('select 1');
    return true;
  } finally {
    await client.end();
  }
}

/**
 * Makes the application's role (no superuser; may create databases and roles, for tests and migrations) and
 * its database, unless they are there.
 * @param {string} superuserUrl
 * @param {{name: string, password: string}} app
 */
export async function makeDatabase(superuserUrl, { name, password }) {
  const client = await connectTo(superuserUrl);
  try {
    const role = await client.query('select 1 from pg_roles where rolname = $1', [name]);
    const secret = client.escapeLiteral(password);
    const verb = role.rowCount === 0 ? 'create' : 'alter';
    await client.query(`${verb} role ${name} login createdb createrole password ${secret}`);
    const database = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (database.rowCount === 0) await client.query(`create database ${name} owner ${name}`);
  } finally {
    await client.end();
  }
}

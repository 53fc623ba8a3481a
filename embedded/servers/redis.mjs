/**
 * Redis. Owns: REDIS_URL → our own live one → a new one in `.run/redis` with a password, on loopback, with
 * an append-only file. Redis is a cache here: what it loses costs reads, never correctness.
 */
import { join } from 'node:path';
import { NAMED_LIMITS, NamedSourceFailed } from '../chain.mjs';
import { serverEnvironment } from '../find-program.mjs';
import { makePrivateDirectory, writePrivateFile } from '../private-files.mjs';
import { maskUrl } from '../progress.mjs';
import { waitUntil } from '../ready.mjs';
import { startOnFreePort } from './start-on-free-port.mjs';
import { findRedisProgram } from './redis-binary.mjs';
import { redisAnswers } from './redis-probe.mjs';

/** The configuration file holds the password, so that it is not on the command line for `ps` to show. */
function configuration({ dataDir, port, password, durable }) {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    'protected-mode yes',
    `requirepass ${password}`,
    `dir "${dataDir}"`,
    `appendonly ${durable ? 'yes' : 'no'}`,
    'appendfsync everysec',
    'save ""',
    'daemonize no',
    // Its command line must stay as we wrote it: that is how it is recognised.
    'set-proc-title no',
    '',
  ].join('\n');
}

async function useNamed(url, note) {
  note(`REDIS_URL ${maskUrl(url)}`);
  try {
    await waitUntil(() => redisAnswers(url), { what: 'Redis', ...NAMED_LIMITS });
  } catch (error) {
    throw new NamedSourceFailed(
      `REDIS_URL is set but ${error.message}; start that server or unset REDIS_URL`,
    );
  }
  return { url, process: null };
}

const urlOf = (password, port) => `redis://default:${encodeURIComponent(password)}@127.0.0.1:${port}/0`;

/** Starts a server on the data directory; the same program serves restarts. */
async function startNew(context, identity, note) {
  const { password } = context.secrets.redis;
  note('looking for a server program');
  const { found, passedOver } = await findRedisProgram(context);
  note(`starting ${found.description}`);
  const { dataDir, configFile } = identity;
  const started = await startOnFreePort(context, {
    what: 'Redis',
    purposes: ['redis'],
    withinMs: 20_000,
    spec({ redis: port }) {
      writePrivateFile(configFile, configuration({ dataDir, port, password, durable: context.durable }));
      const env = { ...serverEnvironment(context.env), ...found.env };
      return { ...identity, plan: () => ({ command: found.program, args: [configFile], cwd: dataDir, env }) };
    },
    probe: ({ redis }) => redisAnswers(urlOf(password, redis)),
  });
  note(
    `${found.description}, port ${started.ports.redis} (${['REDIS_URL: not set', ...passedOver].join('; ')})`,
  );
  return started;
}

/**
 * Finds or starts Redis.
 * @param {import('../context.mjs').Context} context
 * @param {(text: string) => void} note
 * @returns {Promise<{url: string, process: object | null}>}
 */
export async function bringUpRedis(context, note) {
  if (context.env.REDIS_URL) return useNamed(context.env.REDIS_URL, note);
  const { password } = context.secrets.redis;
  const dataDir = join(context.runDir, 'redis');
  makePrivateDirectory(dataDir);
  const configFile = join(dataDir, 'redis.conf');
  const signature = JSON.stringify([dataDir, context.durable]);
  const identity = { name: 'redis', role: 'redis', mentions: configFile, signature, dataDir, configFile };
  const left = await context.takeOver(identity, ({ redis }) => redisAnswers(urlOf(password, redis)));
  if (left) note(`our own, still running (pid ${left.process.pid()}), port ${left.ports.redis}`);
  const { process, ports } = left ?? (await startNew(context, identity, note));
  return { url: urlOf(password, ports.redis), process };
}

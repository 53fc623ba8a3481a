/**
 * Ports. Owns: choosing one per purpose (environment variable, then the one used last time, then the usual
 * one, else the next free) and remembering the choice in `.run/ports.json`. Loopback only.
 */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { readJson, writePrivateJson } from './private-files.mjs';

/** Purpose → environment variable and usual port. */
export const PORTS = {
  api: { variable: 'PORT', usual: 3000 },
  metrics: { variable: 'METRICS_PORT', usual: 9464 },
  workerMetrics: { variable: 'WORKER_METRICS_PORT', usual: 9474 },
  codec: { variable: 'CODEC_PORT', usual: 8234 },
  temporal: { variable: 'TEMPORAL_PORT', usual: 7233 },
  temporalUi: { variable: 'TEMPORAL_UI_PORT', usual: 8233 },
  postgres: { variable: 'POSTGRES_PORT', usual: 5433 },
  redis: { variable: 'REDIS_PORT', usual: 6379 },
};

/** Resolves to the port when it can be bound on loopback, else to null. Port 0 asks for any. */
export function tryPort(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const { port: bound } = server.address();
      server.close(() => resolve(bound));
    });
  });
}

/**
 * Below what Linux and macOS give to outgoing connections: between the choice of a port and the start of its server,
 * one of those would take it.
 */
const ANY_FREE = { from: 10_000, to: 32_000 };

async function nextFree(first, taken) {
  if (first === 0) {
    for (let tries = 0; tries < 50; tries += 1) {
      const port = await tryPort(randomInt(ANY_FREE.from, ANY_FREE.to));
      if (port !== null && !taken.has(port)) return port;
    }
    throw new Error('no free port');
  }
  for (let port = first; port < Math.min(first + 500, 65_536); port += 1) {
    if (!taken.has(port) && (await tryPort(port)) !== null) return port;
  }
  throw new Error(`no free port from ${first} on`);
}

function fromEnvironment(env, variable) {
  const text = env[variable];
  if (text === undefined || text === '') return null;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new Error(`${variable}=${text} is not a port`);
  return Number(text);
}

/**
 * Opens the ports of a run directory.
 * @param {string} runDir
 * @param {NodeJS.ProcessEnv} env
 * @param {{usual?: number}} [options] `usual: 0` takes any free port instead of the usual ones (tests)
 */
export function openPorts(runDir, env, { usual } = {}) {
  const file = join(runDir, 'ports.json');
  const remembered = readJson(file) ?? {};
  const taken = new Set();
  let queue = Promise.resolve();

  function keep(name, port) {
    taken.add(port);
    if (remembered[name] === port) return port;
    remembered[name] = port;
    writePrivateJson(file, remembered);
    return port;
  }

  async function choose(purpose, index) {
    const name = index === 1 ? purpose : `${purpose}-${index}`;
    const { variable, usual: usualPort } = PORTS[purpose];
    const asked = fromEnvironment(env, variable);
    const base = asked || (usual ?? asked ?? usualPort);
    const last = remembered[name];
    const first = asked ? asked + index - 1 : (last ?? (base === 0 ? 0 : base + index - 1));
    return keep(name, await nextFree(first, taken));
  }

  return {
    /** One after the other, so that two purposes never get the same port. */
    choose(purpose, index = 1) {
      queue = queue.then(
        () => choose(purpose, index),
        () => choose(purpose, index),
      );
      return queue;
    },
    /** Records the port of a server that is already running. */
    keep,
  };
}

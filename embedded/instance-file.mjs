/**
 * `.run/instance.json`: how tools and tests find this instance. Owns: its shape (docs/embedded.md), mode 600,
 * atomic replacement. Must never: exist when the instance is not (it is removed first thing at a stop).
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateJson } from './private-files.mjs';

const pathOf = (runDir) => join(runDir, 'instance.json');

function pidsOf(processes) {
  const of = (role) => processes.filter((one) => one.role === role).map((one) => one.pid());
  const one = (role) => of(role)[0] ?? null;
  const running = (role) => of(role).filter((pid) => pid !== null);
  return {
    supervisor: process.pid,
    api: running('api'),
    worker: running('worker'),
    temporal: one('temporal'),
    postgres: one('postgres'),
    redis: one('redis'),
  };
}

/**
 * The content of the file.
 * @param {object} state
 * @param {{port: number, metricsPort: number}[]} state.apis
 * @param {{postgres: {url: string}, redis: {url: string}, temporal: object}} state.servers
 * @param {object} state.secrets
 * @param {{demo: {userId: string}, admin: {userId: string}}} state.seeded
 * @param {object[]} state.processes supervised processes; a server that is not ours has pid null
 */
export function describeInstance({ apis, servers, secrets, seeded, processes, taskQueue, codecPort }) {
  const base = ({ port }) => `http://127.0.0.1:${port}`;
  const { address, namespace, ui } = servers.temporal;
  const { demo, admin, operator } = secrets;
  return {
    version: 1,
    api: base(apis[0]),
    apis: apis.map(base),
    console: `${base(apis[0])}/`,
    metrics: `http://127.0.0.1:${apis[0].metricsPort}/metrics`,
    codec: `http://127.0.0.1:${codecPort}`,
    temporal: { address, namespace, ui, taskQueue },
    postgres: servers.postgres.url,
    redis: servers.redis.url,
    pids: pidsOf(processes),
    admin: {
      login: 'admin',
      userId: seeded.admin?.userId,
      password: admin.password,
      totpSecret: admin.totpSecret,
    },
    operator: { clientId: 'operator', clientSecret: operator.clientSecret },
    demo: {
      clientId: 'demo-shop',
      clientSecret: demo.clientSecret,
      userId: seeded.demo.userId,
      login: 'demo',
      password: demo.password,
      totpSecret: demo.totpSecret,
    },
  };
}

/** Writes or replaces the file. */
export function writeInstanceFile(runDir, instance) {
  writePrivateJson(pathOf(runDir), instance);
}

/** Removes the file. */
export function removeInstanceFile(runDir) {
  rmSync(pathOf(runDir), { force: true });
}

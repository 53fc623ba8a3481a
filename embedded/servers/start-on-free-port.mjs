/**
 * Starts a server on a free port and waits until it answers. Owns: trying again on other ports, because
 * another process may take a port between our look and the server's.
 */
import { logPath, tailOf } from '../logs.mjs';
import { tryPort } from '../ports.mjs';
import { waitUntil } from '../ready.mjs';

const TRIES = 3;

async function choosePorts(context, purposes) {
  const ports = {};
  for (const purpose of purposes) ports[purpose] = await context.ports.choose(purpose);
  return ports;
}

async function someoneElseHas(ports) {
  const free = await Promise.all(Object.values(ports).map(tryPort));
  return free.includes(null);
}

/**
 * @param {import('../context.mjs').Context} context
 * @param {object} how
 * @param {string} how.what for messages
 * @param {string[]} how.purposes the ports it needs
 * @param {number} how.withinMs
 * @param {(ports: Record<string, number>) => object} how.spec for `superviseProcess`
 * @param {(ports: Record<string, number>) => Promise<boolean>} how.probe answers only if it is ours
 * @returns {Promise<{process: object, ports: Record<string, number>}>}
 */
export async function startOnFreePort(context, { what, purposes, withinMs, spec, probe }) {
  for (let tries = 1; ; tries += 1) {
    const ports = await choosePorts(context, purposes);
    const process = context.supervise({ ...spec(ports), ports });
    process.start();
    try {
      await waitUntil(() => probe(ports), { what, withinMs, giveUp: () => process.hopeless() });
      return { process, ports };
    } catch (error) {
      await context.abandon(process);
      if (tries < TRIES && (await someoneElseHas(ports))) continue;
      const tail = tailOf(logPath(context.logDir, process.name));
      throw new Error(`${error.message}${tail && `; the end of its log:\n${tail}`}`);
    }
  }
}

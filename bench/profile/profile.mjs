/** `npm run bench -- --profile`: what API and worker do while they are asked, kind by kind. Nothing is timed. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createCaller } from '../sign-in/caller.mjs';
import { openInstance } from '../sign-in/instance.mjs';
import { createCast, kindsOf, PRODUCT_KINDS } from '../sign-in/kinds.mjs';
import { throughput } from '../sign-in/measure.mjs';
import { summaryOf } from './summary.mjs';

const AT_A_TIME = 8;
/** So many times the requests of a round: there are to be samples enough. */
const CROWD = 8;
const WRITTEN_WITHIN_MS = 30_000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function environmentFor(root, folder) {
  const preload = `--require=${JSON.stringify(join(root, 'bench', 'profile', 'recorder.cjs'))}`;
  const { NODE_OPTIONS: own = '' } = process.env;
  return { NODE_OPTIONS: `${own} ${preload}`.trim(), BENCH_PROFILE_DIR: folder };
}

/** The profiles with this number, once the main thread of every process has written its own. */
async function writtenProfiles(folder, { number, processes }) {
  const mains = processes.map(({ role, pid }) => `${number}-${role}-${pid}-0.cpuprofile`);
  const deadline = Date.now() + WRITTEN_WITHIN_MS;
  while (!mains.every((name) => existsSync(join(folder, name)))) {
    if (Date.now() > deadline) throw new Error('a process did not write its profile');
    await pause(100);
  }
  return readdirSync(folder).filter((name) => name.startsWith(`${number}-`) && name.endsWith('.cpuprofile'));
}

async function load({ prepare }, { requests, processes }) {
  const ready = await prepare(requests * CROWD);
  const signal = () => processes.forEach(({ pid }) => process.kill(pid, 'SIGWINCH'));
  signal();
  await throughput(ready, AT_A_TIME);
  signal();
}

/** `3-worker-4711-1.cpuprofile` is the first thread beside the main one of a worker. */
function threadOf(fileName) {
  const [, role, pid, thread] = fileName.replace('.cpuprofile', '').split('-');
  return thread === '0' ? `${role} ${pid}` : `${role} ${pid}, thread ${thread}`;
}

/** @param {{names: string[], requests: number, say(text: string): void, bringUp: Function}} options */
export async function profile(root, { names, requests, say, bringUp }) {
  const folder = join(root, '.run-profile', new Date().toISOString().replace(/[:.]/g, '-'));
  mkdirSync(folder, { recursive: true });
  const instance = await bringUp(() => openInstance(root, { env: environmentFor(root, folder) }));
  const processes = ['api', 'worker'].flatMap((role) => instance.pids[role].map((pid) => ({ role, pid })));
  const call = createCaller(instance);
  const cast = await createCast(call, requests * (CROWD + 1));
  const wanted = ({ name }) => names.includes(name) && PRODUCT_KINDS.includes(name);
  const kinds = kindsOf({ call, rig: {}, cast }).filter(wanted);
  for (const { prepare } of kinds) await throughput(await prepare(requests), AT_A_TIME);
  for (const [number, kind] of kinds.entries()) {
    await load(kind, { requests, processes });
    for (const name of await writtenProfiles(folder, { number, processes })) {
      const title = `${kind.name}, ${threadOf(name)}`;
      process.stdout.write(`${summaryOf(join(folder, name), { root, title })}\n`);
    }
  }
  say(`profiles: ${folder}`);
}

/**
 * `npm run bench [-- --instance .run --rounds 5 --requests 30]`: what a sign-in takes, against an empty workflow on the
 * same server and against the usual design. The kinds take turns in every round, so that what else the machine does
 * meets all of them. Writes `bench/results/sign-in-<date>.json` and the table beside it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openInstance } from './sign-in/instance.mjs';
import { kindsOf } from './sign-in/kinds.mjs';
import { cpuMilliseconds, latencies, median, percentile, throughput } from './sign-in/measure.mjs';
import { createCaller, createPeople, settle } from './sign-in/people.mjs';
import { startRig } from './sign-in/rig.mjs';
import { tableOf } from './sign-in/table.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: {
    instance: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    requests: { type: 'string', default: '30' },
    out: { type: 'string', default: join(root, 'bench', 'results') },
  },
});
const rounds = Number(values.rounds);
const requests = Number(values.requests);
const AT_A_TIME = [8, 16, 32];
/** Beyond it, one person's code would be needed twice in half a minute. */
const MOST_PEOPLE = 400;
const say = (text) => process.stderr.write(`${text}\n`);

async function measureLatency(kinds) {
  const byKind = new Map(kinds.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, prepare } of kinds) byKind.get(name).push(await latencies(await prepare(requests)));
    say(`round ${round} of ${rounds}`);
  }
  return new Map(
    [...byKind].map(([name, runs]) => [
      name,
      Object.fromEntries(
        [50, 95, 99].map((p) => [`p${p}`, rounded(median(runs.map((run) => percentile(run, p))))]),
      ),
    ]),
  );
}

async function measureThroughput(kinds) {
  const found = new Map(kinds.map(({ name }) => [name, {}]));
  for (const concurrency of AT_A_TIME) {
    for (const { name, prepare } of kinds) {
      const ready = await prepare(requests * 4);
      found.get(name)[concurrency] = rounded(await throughput(ready, concurrency));
    }
    say(`${concurrency} at a time`);
  }
  return found;
}

async function measureCpu(kinds, processes) {
  const found = new Map();
  for (const { name, prepare } of kinds) {
    const ready = await prepare(requests * 4);
    const before = processes.map(({ pids }) => cpuMilliseconds(pids));
    await throughput(ready, 8);
    const spent = processes.map(({ part, pids }, index) => [
      part,
      rounded((cpuMilliseconds(pids) - before[index]) / ready.length),
    ]);
    found.set(name, Object.fromEntries(spent));
  }
  return found;
}

function processesOf({ pids }, rig) {
  return [
    { part: 'api', pids: [...pids.api, ...rig.pids.api] },
    { part: 'worker', pids: [...pids.worker, ...rig.pids.worker] },
    ...['temporal', 'postgres', 'redis'].map((part) => ({ part, pids: [pids[part]] })),
  ];
}

const rounded = (value) => Math.round(value * 100) / 100;

async function main() {
  const instance = await openInstance(root, values.instance);
  let rig;
  try {
    rig = await startRig(root, instance);
    const call = createCaller(instance);
    const people = await createPeople(call, MOST_PEOPLE);
    const kinds = kindsOf({
      call,
      rig,
      settled: await settle(call, people.slice(0, 40)),
      strangers: people.slice(40),
    });
    await measureLatencyOnce(kinds);
    const latency = await measureLatency(kinds);
    const perSecond = await measureThroughput(kinds);
    const cpu = await measureCpu(kinds, processesOf(instance, rig));
    report(
      kinds.map(({ name }) => ({
        name,
        latency: latency.get(name),
        perSecond: perSecond.get(name),
        cpu: cpu.get(name),
      })),
    );
  } finally {
    await rig?.stop();
    await instance.stop();
  }
}

/** Code that runs for the first time is not what is measured. */
async function measureLatencyOnce(kinds) {
  for (const { prepare } of kinds) await latencies(await prepare(requests));
}

function report(kinds) {
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg() };
  const result = { at: new Date().toISOString(), rounds, requests, machine, kinds };
  mkdirSync(values.out, { recursive: true });
  const name = join(values.out, `sign-in-${result.at.slice(0, 10)}`);
  writeFileSync(`${name}.json`, `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(`${name}.md`, tableOf(result));
  process.stdout.write(tableOf(result));
}

await main();

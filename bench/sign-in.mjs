/**
 * `npm run bench [-- --instance .run --rounds 5 --requests 30]`: what a sign-in takes, against an empty workflow on the
 * same server and against the usual design. Writes `bench/results/sign-in-<date>.json` and the table beside it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createCaller } from './sign-in/caller.mjs';
import { openInstance } from './sign-in/instance.mjs';
import { createCast, kindsOf } from './sign-in/kinds.mjs';
import { measureCpu, measureLatency, measureThroughput, requestsOfAKind, warmUp } from './sign-in/passes.mjs';
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
const say = (text) => process.stderr.write(`${text}\n`);
const size = { rounds: Number(values.rounds), requests: Number(values.requests), say };

function processesOf({ pids }, rig) {
  return [
    { part: 'api', pids: [...pids.api, ...rig.pids.api] },
    { part: 'worker', pids: [...pids.worker, ...rig.pids.worker] },
    ...['temporal', 'postgres', 'redis'].map((part) => ({ part, pids: [pids[part]] })),
  ];
}

async function main() {
  const instance = await openInstance(root, values.instance);
  let rig;
  try {
    rig = await startRig(root, instance);
    const call = createCaller(instance);
    const cast = await createCast(call, requestsOfAKind(size));
    const kinds = kindsOf({ call, rig, cast });
    await warmUp(kinds, size);
    const latency = await measureLatency(kinds, size);
    const perSecond = await measureThroughput(kinds, size);
    const cpu = await measureCpu(kinds, { ...size, processes: processesOf(instance, rig) });
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

function report(kinds) {
  const { rounds, requests } = size;
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg() };
  const result = { at: new Date().toISOString(), rounds, requests, machine, kinds };
  mkdirSync(values.out, { recursive: true });
  const name = join(values.out, `sign-in-${result.at.slice(0, 10)}`);
  writeFileSync(`${name}.json`, `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(`${name}.md`, tableOf(result));
  process.stdout.write(tableOf(result));
}

await main();

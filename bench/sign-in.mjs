/**
 * `npm run bench [-- --instance .run --rounds 5 --requests 30 --kinds skip,totp]`: what a sign-in takes, against an empty
 * workflow on the same server and against the usual design. Writes `bench/results/sign-in-<date>-<machine>.json` and the
 * table in docs/performance.md; a run of some kinds only prints it. `--profile` tells instead what API and worker do.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { profile } from './profile/profile.mjs';
import { createCaller } from './sign-in/caller.mjs';
import { measureCosts } from './sign-in/counting.mjs';
import { openInstance } from './sign-in/instance.mjs';
import { createCast, kindsOf, namesOf } from './sign-in/kinds.mjs';
import { describeMachine } from './sign-in/machine.mjs';
import { measureRounds, requestsOfAKind, warmUp } from './sign-in/passes.mjs';
import { print, report } from './sign-in/report.mjs';
import { startRig } from './sign-in/rig.mjs';
import { withUndo } from './sign-in/undo.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: {
    instance: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    requests: { type: 'string', default: '30' },
    kinds: { type: 'string' },
    profile: { type: 'boolean', default: false },
    out: { type: 'string', default: join(root, 'bench', 'results') },
  },
});
const say = (text) => process.stderr.write(`${text}\n`);
const size = { rounds: Number(values.rounds), requests: Number(values.requests), say };
const names = namesOf(values.kinds);

function processesOf({ pids }, rig) {
  return [
    { part: 'api', pids: [...pids.api, ...rig.pids.api] },
    { part: 'worker', pids: [...pids.worker, ...rig.pids.worker] },
    ...['temporal', 'postgres', 'redis'].map((part) => ({ part, pids: [pids[part]] })),
  ];
}

async function measureTimes(bringUp) {
  const instance = await bringUp(() => openInstance(root, { runDir: values.instance }));
  const rig = await bringUp(() => startRig(root, instance));
  const call = createCaller(instance);
  const cast = await createCast(call, requestsOfAKind(size));
  const kinds = kindsOf({ call, rig, cast }).filter(({ name }) => names.includes(name));
  await warmUp(kinds, size);
  return measureRounds(kinds, { ...size, processes: processesOf(instance, rig) });
}

async function measure() {
  // Of the load, only what others make is of interest.
  const machine = describeMachine();
  const times = await withUndo(measureTimes);
  const costs = await measureCosts(root, { names, say });
  return {
    ...{ at: new Date().toISOString(), rounds: size.rounds, requests: size.requests, machine },
    kinds: names.map((name) => ({ name, ...times.get(name), cost: costs.get(name) })),
  };
}

if (values.profile) {
  if (values.instance !== undefined) throw new Error('--profile brings up an instance of its own');
  await withUndo((bringUp) => profile(root, { names, requests: size.requests, say, bringUp }));
} else if (values.kinds === undefined) await report(await measure(), { root, out: values.out });
else print(await measure());

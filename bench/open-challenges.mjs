/**
 * `npm run bench:open [-- --challenges 10000 --workers 1,2,4 --no-storm]`: thousands of sign-ins that wait for their code.
 * Brings instances up and takes them down. Writes `bench/results/open-<date>-<machine>.json` and `.md`.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeResult } from './load/result.mjs';
import { createCrowd } from './open/crowd.mjs';
import { measureStage } from './open/stages.mjs';
import { environmentFor } from './open/sticky-cache.mjs';
import { measureStorm, setCommonDeadline } from './open/storm.mjs';
import { textOf } from './open/text.mjs';
import { measureWorkers, workersEnvironment } from './open/workers.mjs';
import { createCaller } from './sign-in/caller.mjs';
import { openInstance } from './sign-in/instance.mjs';
import { describeMachine } from './sign-in/machine.mjs';
import { throughput } from './sign-in/measure.mjs';
import { challenged, createPeople, settle, skipped } from './sign-in/people.mjs';
import { withUndo } from './sign-in/undo.mjs';

const SETTLED = 40;
const WARM = 200;
const AT_A_TIME = 16;
/** Opening becomes slower and is measured at stages; nobody's time may end meanwhile. */
const PATIENCE = 1.6;
const STAGES_MS = 120_000;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: {
    challenges: { type: 'string', default: '10000' },
    workers: { type: 'string', default: '1,2,4' },
    requests: { type: 'string', default: '400' },
    'no-storm': { type: 'boolean', default: false },
    out: { type: 'string', default: join(root, 'bench', 'results') },
  },
});
const say = (text) => process.stderr.write(`${text}\n`);
const challenges = Number(values.challenges);

async function measureOpen(bringUp) {
  const instance = await bringUp(() => openInstance(root, { env: environmentFor(root) }));
  const call = createCaller(instance);
  const settled = await settle(call, await createPeople(call, SETTLED));
  for (const person of settled) await skipped(call, person);
  const warm = (await createPeople(call, WARM)).map((person) => () => challenged(call, person));
  const perSecond = await throughput(warm, AT_A_TIME);
  const needMs = (challenges / perSecond) * 1_000 * PATIENCE + STAGES_MS;
  const deadline = await bringUp(() => setCommonDeadline(instance, needMs));
  say(`${perSecond.toFixed(1)} a second; all end in ${Math.round(needMs / 1_000)} s`);
  const crowd = createCrowd(call);
  const goals = [0, ...[100, 1_000].filter((goal) => goal < challenges), challenges];
  const stages = [];
  for (const goal of goals) {
    stages.push(await measureStage(instance, { call, crowd, settled, goal }));
    say(JSON.stringify(stages.at(-1)));
  }
  if (values['no-storm']) return { stages };
  return { stages, storm: await measureStorm(instance, { call, deadline, settled, say }) };
}

async function measureGrowth() {
  const found = [];
  for (const workers of values.workers.split(',').map(Number).filter(Boolean)) {
    const requests = Number(values.requests);
    const one = await withUndo(async (bringUp) => {
      const env = workersEnvironment(workers);
      return measureWorkers(await bringUp(() => openInstance(root, { env })), { workers, requests });
    });
    say(JSON.stringify(one));
    found.push(one);
  }
  return found;
}

// Of the load, only what others make is of interest.
const machine = describeMachine();
const open = await withUndo(measureOpen);
const result = { at: new Date().toISOString(), machine, challenges, ...open, workers: await measureGrowth() };
await writeResult(result, { kind: 'open', out: values.out, text: textOf });

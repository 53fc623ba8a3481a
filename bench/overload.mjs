/**
 * `npm run bench:overload [-- --seconds 20 --times 10]`: what becomes of sign-ins at ten times the rated load, and after
 * it. Brings an instance up and takes it down. Writes `bench/results/overload-<date>-<machine>.json` and `.md`.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeResult } from './load/result.mjs';
import { measureOverload } from './overload/measure.mjs';
import { textOf } from './overload/text.mjs';
import { openInstance } from './sign-in/instance.mjs';
import { describeMachine } from './sign-in/machine.mjs';
import { withUndo } from './sign-in/undo.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    times: { type: 'string', default: '10' },
    rated: { type: 'string' },
    out: { type: 'string', default: join(root, 'bench', 'results') },
  },
});

const size = {
  seconds: Number(values.seconds),
  times: Number(values.times),
  ...(values.rated && { rated: Number(values.rated) }),
  say: (text) => process.stderr.write(`${text}\n`),
};
// Of the load, only what others make is of interest.
const machine = describeMachine();
const measured = await withUndo(async (bringUp) =>
  measureOverload(await bringUp(() => openInstance(root)), size),
);
const result = { at: new Date().toISOString(), machine, ...measured };
await writeResult(result, { kind: 'overload', out: values.out, text: textOf });

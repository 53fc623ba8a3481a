/**
 * `npm run bench:scale [-- --sign-ins 400 --rates 10,1000,50000]`: from the measured cost of a sign-in to a deployment.
 * Measures what a sign-in leaves behind on an instance of its own, takes processor time, statements and history from
 * the newest result of `npm run bench`, and writes the tables of docs/scaling.md.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { measureGrowth } from './scale/growth.mjs';
import { demandOf } from './scale/model.mjs';
import { waitsOf } from './scale/shards.mjs';
import { tablesOf } from './scale/tables.mjs';
import { describeMachine, slugOf } from './sign-in/machine.mjs';
import { withUndo } from './sign-in/undo.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const results = join(root, 'bench', 'results');
const { values } = parseArgs({
  options: {
    'sign-ins': { type: 'string', default: '400' },
    rates: { type: 'string', default: '10,1000,50000' },
  },
});
const BEGIN = '<!-- bench:scale -->';
const END = '<!-- /bench:scale -->';

/** The newest result of `npm run bench` that counted statements and histories. */
function newestSignIns() {
  const names = readdirSync(results).filter((name) => /^sign-in-.*\.json$/.test(name));
  const found = names
    .map((name) => ({ name, ...JSON.parse(readFileSync(join(results, name), 'utf8')) }))
    .filter(({ kinds }) => kinds.some(({ cost }) => cost !== undefined))
    .sort((a, b) => a.at.localeCompare(b.at))
    .pop();
  if (!found) throw new Error('run `npm run bench` first');
  return found;
}

async function writeFormatted(path, text) {
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}

const signIns = newestSignIns();
const growth = await withUndo((bringUp) => measureGrowth(root, Number(values['sign-ins']), bringUp));
const rates = values.rates.split(',').map(Number);
const result = {
  at: new Date().toISOString(),
  machine: describeMachine(),
  signIns: signIns.name,
  growth,
  demand: rates.map((rate) => demandOf(rate, signIns.kinds, growth)),
  shards: waitsOf(rates),
};
mkdirSync(results, { recursive: true });
const name = `scale-${result.at.slice(0, 10)}-${slugOf(result.machine)}.json`;
await writeFormatted(join(results, name), JSON.stringify(result));
const tables = tablesOf(result, name);
process.stdout.write(`${tables}\n`);
const document = join(root, 'docs', 'scaling.md');
const text = readFileSync(document, 'utf8');
const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
if (begin < 0 || end < begin) throw new Error(`docs/scaling.md has no ${BEGIN} … ${END}`);
await writeFormatted(document, `${text.slice(0, begin + BEGIN.length)}\n\n${tables}\n\n${text.slice(end)}`);

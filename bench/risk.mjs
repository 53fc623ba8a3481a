/**
 * `npm run bench:risk [-- --seeds 1,2,3 --users 1500 --days 180]`: what the risk engine does to simulated users and
 * attackers, over several streams and every mode of addresses, by the commands that everybody uses. Writes
 * `bench/results/risk-<date>.json` and the table beside it as Markdown.
 */
import { once } from 'node:events';
import { createWriteStream, createReadStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createTally } from './risk/tally.mjs';
import { reportOf, tableOf } from './risk/report.mjs';
import { measureScoring } from './risk/scoring.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const MODES = ['exact', 'adaptive', 'asn'];
/** The stream draws its Tor exits from the demo lists. */
const LISTS = ['--threat-dir', join(root, 'network', 'data', 'demo')];

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2,3' },
    users: { type: 'string', default: '1500' },
    days: { type: 'string', default: '180' },
    out: { type: 'string', default: join(root, 'bench', 'results') },
  },
});
const seeds = values.seeds.split(',');
const say = (text) => process.stderr.write(`${text}\n`);

/** Runs a command of the product from file to file; resolves to its seconds. */
async function run(args, { from, to }) {
  const begun = performance.now();
  const child = spawn(process.execPath, [join(root, 'embedded', 'command.mjs'), ...args], {
    cwd: root,
    stdio: [from === undefined ? 'ignore' : 'pipe', 'pipe', 'inherit'],
  });
  if (from !== undefined) createReadStream(from).pipe(child.stdin);
  child.stdout.pipe(createWriteStream(to));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${args[0]} ended with code ${code}`);
  return (performance.now() - begun) / 1_000;
}

async function* linesOf(path) {
  for await (const line of createInterface({ input: createReadStream(path) })) yield JSON.parse(line);
}

async function measureSeed(seed, folder, tallies) {
  const stream = join(folder, 'events.ndjson');
  await run(['risk-simulate', '--seed', seed, '--users', values.users, '--days', values.days], {
    to: stream,
  });
  const speeds = [];
  for (const mode of MODES) {
    const settings = join(folder, 'settings.json');
    const verdicts = join(folder, 'verdicts.ndjson');
    writeFileSync(settings, JSON.stringify({ ipMatch: mode, riskModel: 'likelihood-shadow' }));
    const seconds = await run(['risk-evaluate', '--settings', settings, ...LISTS], {
      from: stream,
      to: verdicts,
    });
    const events = linesOf(stream);
    const tally = tallies.get(mode);
    let count = 0;
    for await (const verdict of linesOf(verdicts)) {
      count += 1;
      tally.take((await events.next()).value, verdict);
    }
    speeds.push({ seed, mode, events: count, seconds, eventsPerSecond: Math.round(count / seconds) });
    say(`seed ${seed}, ${mode}: ${count} events, ${Math.round(count / seconds)} a second with start-up`);
  }
  return speeds;
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-risk-'));
  const tallies = new Map(MODES.map((mode) => [mode, createTally()]));
  const speeds = [];
  try {
    for (const seed of seeds) speeds.push(...(await measureSeed(seed, folder, tallies)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg() };
  const how = { at: new Date().toISOString(), seeds, users: Number(values.users), days: Number(values.days) };
  const report = { ...how, machine, speeds, scoring: await measureScoring(root), ...reportOf(tallies) };
  mkdirSync(values.out, { recursive: true });
  const name = join(values.out, `risk-${how.at.slice(0, 10)}`);
  writeFileSync(`${name}.json`, `${JSON.stringify(report, null, 2)}\n`);
  const table = tableOf(report);
  writeFileSync(`${name}.md`, table);
  process.stdout.write(table);
}

await main();

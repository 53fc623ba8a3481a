/**
 * `npm run bench:peers [-- --peers keycloak,better-auth --rounds 3 --requests 30 --cache <dir> --instance .run]`: sign-ins
 * of ours and of other products in one run, on one Postgres. A product that cannot be installed here is left out and
 * named. Writes `bench/results/peers-<date>-<machine>` and the table of `docs/performance.md`; with `--out <dir>`
 * only there.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, homedir, loadavg, tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findOnPath } from '../embedded/find-program.mjs';
import { openInstance } from './sign-in/instance.mjs';
import { totpCode } from './sign-in/people.mjs';
import { betterAuth } from './peers/better-auth.mjs';
import { describePostgres, makeDatabase } from './peers/database.mjs';
import { keycloak } from './peers/keycloak.mjs';
import { kratos } from './peers/kratos.mjs';
import { ours } from './peers/ours.mjs';
import { makePeople, wrongCode } from './peers/people.mjs';
import { privacyidea } from './peers/privacyidea.mjs';
import { endAll } from './peers/processes.mjs';
import { pageOf, writeDocs, writeResult } from './peers/report.mjs';
import { probe, runRounds } from './peers/rounds.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const PEERS = [keycloak, betterAuth, privacyidea, kratos];
const PEOPLE = 1_500;
const { values } = parseArgs({
  options: {
    peers: { type: 'string', default: PEERS.map(({ slug }) => slug).join(',') },
    rounds: { type: 'string', default: '3' },
    requests: { type: 'string', default: '30' },
    cache: { type: 'string', default: join(homedir(), '.cache', 'zewstid-mfa', 'peers') },
    instance: { type: 'string' },
    out: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const requests = Number(values.requests);
const begun = Date.now();
const say = (text) =>
  process.stderr.write(`${String(Math.round((Date.now() - begun) / 1_000)).padStart(4)} s  ${text}\n`);

/** What is to be undone at the end, the last thing first; a signal does it too. */
const undo = [];

async function cleanUp() {
  for (let step = undo.pop(); step; step = undo.pop())
    await step().catch((error) => say(`cleaning up: ${error.message}`));
  endAll();
}

let isEnding = false;
const ended = new Promise((_, reject) => {
  // Not once: a Ctrl-C reaches npm and us, and npm passes it on, which must not break off the cleaning up.
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => {
      isEnding = true;
      reject(new Error(`ended by ${signal}`));
    });
});

function chosenPeers() {
  return values.peers
    .split(',')
    .filter(Boolean)
    .map((slug) => {
      const peer = PEERS.find((one) => one.slug === slug);
      if (!peer) throw new Error(`no peer ${slug}; there are ${PEERS.map((one) => one.slug).join(', ')}`);
      return peer;
    });
}

/** Progress; a run that is ending makes none, only failures that mean nothing. */
const tell = (text) => !isEnding && say(text);

/** A server that is still starting when the run ends is stopped all the same. */
async function started(starting) {
  undo.push(async () => (await starting.catch(() => undefined))?.stop());
  return starting;
}

async function bringUp(peer, { instance, people, scratch }) {
  const missing = peer.programs.find((program) => !findOnPath([program], process.env));
  if (missing) throw new Error(`${missing} is not on PATH`);
  const folder = resolve(values.cache, `${peer.slug}-${peer.version}`);
  const log = join(scratch, `${peer.slug}.log`);
  mkdirSync(folder, { recursive: true });
  tell(`${peer.name} ${peer.version}: installing in ${folder}`);
  await peer.install({ folder, log });
  const database = await makeDatabase(instance.postgres, peer.slug);
  undo.push(database.drop);
  tell(`${peer.name}: starting with ${people.length} people`);
  return started(peer.start({ folder, database: database.url, people, scratch, log }));
}

const probed = ({ tryCode }, [person]) =>
  probe({ tryCode }, { right: () => totpCode(person.totpSecret), wrong: () => wrongCode(person) });

/** Its last line, for a file that is committed: without the paths of this machine. */
function reasonOf({ message }) {
  const paths = [resolve(values.cache), root, tmpdir(), homedir()];
  return paths.reduce((text, path) => text.replaceAll(path, '…'), message.trim().split('\n').at(-1));
}

async function bringUpAll(peers, context) {
  const products = [];
  const skipped = [];
  for (const peer of [ours, ...peers]) {
    if (isEnding) break;
    const { slug, name, version, hash } = peer;
    try {
      const product = peer === ours ? await ours.start(context) : await bringUp(peer, context);
      products.push({ ...product, slug, name, version, hash, ...(await probed(product, context.people)) });
    } catch (error) {
      if (peer === ours) throw error;
      tell(`${name} is left out: ${error.message}`);
      skipped.push({ slug, name, version, reason: reasonOf(error) });
    }
  }
  return { products, skipped };
}

async function report(result) {
  process.stdout.write(await pageOf(result, ours.slug));
  const folder = values.out ?? join(root, 'bench', 'results');
  const written = await writeResult(folder, result, ours.slug);
  say(`written: ${written}.md`);
  if (result.figures.some(({ failure }) => failure)) throw new Error('not everything could be measured');
  if (values.out !== undefined) return;
  const source = `${relative(root, written)}.md`;
  await writeDocs(join(root, 'docs', 'performance.md'), result, { ours: ours.slug, source });
}

async function main() {
  const peers = chosenPeers();
  const scratch = mkdtempSync(join(tmpdir(), 'bench-peers-'));
  undo.push(async () => rmSync(scratch, { recursive: true, force: true }));
  const instance = await started(openInstance(root, values.instance));
  const people = makePeople(PEOPLE);
  const { products, skipped } = await bringUpAll(peers, { instance, people, scratch });
  const figures = await runRounds(products, { rounds, requests, say: tell });
  if (isEnding) return;
  await report({
    at: new Date().toISOString(),
    rounds,
    requests,
    machine: { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg() },
    postgres: await describePostgres(instance.postgres),
    products: products.map(({ slug, name, version, hash, refusesReplay }) => ({
      slug,
      name,
      version,
      hash,
      refusesReplay,
    })),
    skipped,
    figures,
  });
}

try {
  await Promise.race([main(), ended]);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
} finally {
  await cleanUp();
}
process.exit();

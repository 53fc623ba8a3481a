/** Puts new threat lists into force while the worker runs: `npm run feeds:update` only writes files. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { NetworkIntelligence } from '../network/network-intelligence';
import type { Logger } from '../runtime/logger';

const INTERVAL_MS = 5_000;

/** Looks every five seconds whether any file changed, and reloads all lists at once if so. */
export function watchThreatLists(deps: {
  network: NetworkIntelligence;
  directories: readonly string[];
  logger: Logger;
}): { stop: () => void } {
  let seen: string | undefined;
  const look = async () => {
    const now = await fingerprintOf(deps.directories);
    const changed = seen !== undefined && now !== seen;
    seen = now;
    if (!changed) return;
    await deps.network.reload();
    deps.logger.info({ lists: deps.network.ages().length }, 'threat lists reloaded');
    for (const problem of deps.network.problems()) deps.logger.warn({ problem }, 'threat list not in force');
  };
  const tick = () => void look().catch(() => deps.logger.warn('threat lists could not be looked at'));
  tick();
  const timer = setInterval(tick, INTERVAL_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** Names, sizes and modification times of all files, as one text. */
async function fingerprintOf(directories: readonly string[]): Promise<string> {
  const parts: string[] = [];
  for (const directory of directories) {
    for (const name of (await readdir(directory).catch(() => [])).sort()) {
      const file = await stat(join(directory, name)).catch(() => undefined);
      if (file) parts.push(`${directory}/${name} ${file.size} ${file.mtimeMs}`);
    }
  }
  return parts.join('\n');
}

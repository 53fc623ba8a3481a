/** Resident memory of processes (Linux: `/proc`; elsewhere null). */
import { readFileSync } from 'node:fs';

const EVERY_MS = 250;
const KIB = 1_024;

/** MiB of the processes together. */
export function residentMib(pids) {
  try {
    const kib = pids.map((pid) =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]),
    );
    return Math.round(kib.reduce((sum, one) => sum + one, 0) / KIB);
  } catch {
    return null;
  }
}

/** MiB of API and worker processes. */
export const memoryOf = ({ pids }) => ({ api: residentMib(pids.api), worker: residentMib(pids.worker) });

/** Looks again and again; `stop` tells what it was before, at most and in the end. */
export function watchMemory(instance) {
  const before = memoryOf(instance);
  const most = { ...before };
  const look = () => {
    const now = memoryOf(instance);
    for (const part of Object.keys(now)) most[part] = Math.max(most[part], now[part]);
    return now;
  };
  const timer = setInterval(look, EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return { before, after: look(), most };
    },
  };
}

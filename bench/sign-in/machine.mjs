/** What a result says of the machine: nothing that names it. */
import { cpus, loadavg } from 'node:os';

export function describeMachine() {
  const [first] = cpus();
  return { node: process.version, cpu: first?.model.trim(), cores: cpus().length, load: loadavg() };
}

/** The machine in a file name, such as `2x-intel-xeon`. */
export function slugOf({ cpu = 'unknown', cores }) {
  const words = cpu
    .replace(/\((r|tm|c)\)|@.*$|\b(cpu|processor|\d+-core)\b/gi, ' ')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  return [`${cores}x`, ...words].join('-');
}

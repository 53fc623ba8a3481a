/** Which functions a thread spent its time in, out of a `.cpuprofile`. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const IDLE = '(idle)';
const TOP = 15;

function placeOf({ url, lineNumber }, root) {
  if (url === '') return '';
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  const within = path.startsWith('/') ? relative(root, path) : path;
  return `${within.slice(Math.max(0, within.lastIndexOf('node_modules/')))}:${lineNumber + 1}`;
}

/** What the recorder itself does: beginning a profile takes some hundred milliseconds. */
function recorderNodes(nodes) {
  const found = new Set(
    nodes.filter(({ callFrame }) => callFrame.url === 'node:inspector').map(({ id }) => id),
  );
  // Parents stand before their children.
  for (const { id, children = [] } of nodes) if (found.has(id)) children.forEach((child) => found.add(child));
  return found;
}

/** Microseconds of self time by function. */
function selfTimes({ nodes, samples, timeDeltas }, root) {
  const names = new Map(
    nodes.map(({ id, callFrame }) => [
      id,
      `${callFrame.functionName || '(anonymous)'}  ${placeOf(callFrame, root)}`.trim(),
    ]),
  );
  const ofRecorder = recorderNodes(nodes);
  const times = new Map();
  samples.forEach((id, index) => {
    const name = names.get(id);
    if (!ofRecorder.has(id)) times.set(name, (times.get(name) ?? 0) + timeDeltas[index]);
  });
  return times;
}

/** A few lines: how busy the thread was, and the functions with the most self time in percent of its busy time. */
export function summaryOf(path, { root, title }) {
  const times = selfTimes(JSON.parse(readFileSync(path, 'utf8')), root);
  const all = [...times.values()].reduce((sum, one) => sum + one, 0);
  const busy = all - (times.get(IDLE) ?? 0);
  const lines = [...times]
    .filter(([name]) => name !== IDLE)
    .sort(([, a], [, b]) => b - a)
    .slice(0, TOP)
    .map(([name, time]) => `${((100 * time) / busy).toFixed(1).padStart(6)} %  ${name}`);
  const share = ((100 * busy) / all).toFixed(0);
  return [`${title}: busy ${share} % of ${(all / 1e6).toFixed(1)} s`, ...lines, ''].join('\n');
}

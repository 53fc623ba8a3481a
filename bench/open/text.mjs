/** The figures of a run as Markdown. */
import { markdown } from '../load/result.mjs';

const pair = (found) => (found ? `${found.p50} / ${found.p99}` : '');
const answers = (found) => (found ? `${pair(found)} (${found.misses})` : '');

function stagesOf(stages) {
  const [idle] = stages;
  const above = (mib, part) =>
    mib[part] === null ? '' : `${mib[part]} (+${mib[part] - idle.memoryMib[part]})`;
  const heads = [
    ...['open', 'opened a second', 'API MiB (above idle)', 'worker MiB', 'workflows cached'],
    ...['newest, p50 / p99 ms (misses)', 'oldest', 'let in, p50 / p99 ms'],
  ];
  const rows = stages.map(({ open, openedPerSecond, memoryMib, cache, newest, oldest, letIn }) => [
    ...[open, openedPerSecond ?? '', above(memoryMib, 'api'), above(memoryMib, 'worker'), cache.cached],
    ...[answers(newest), answers(oldest), pair(letIn)],
  ]);
  return markdown(heads, rows);
}

function stormOf({ open, seconds, sessions, terminalEvents, signIns, memoryMib }) {
  const mib = ['api', 'worker'].map((part) => `${part} ${memoryMib.before[part]} → ${memoryMib.most[part]}`);
  const end = seconds === null ? 'not all had ended within the run' : `all had ended after ${seconds} s`;
  return [
    `${open} deadlines at one moment: ${end}; ${sessions} expired sessions, ${terminalEvents} terminal events. Sign-ins meanwhile, ${signIns.perSecond} a second: ${signIns.letIn} of ${signIns.asked} let in, p50 / p99 ${pair(signIns)} ms. Memory before and at most: ${mib.join(', ')} MiB.`,
  ];
}

function workersOf(workers) {
  const heads = [
    'worker processes',
    'challenges a second, 32 at a time',
    'refused',
    'API MiB',
    'workers MiB',
  ];
  return markdown(
    heads,
    workers.map((one) => [one.workers, one.perSecond, one.refused, one.memoryMib.api, one.memoryMib.worker]),
  );
}

export function textOf({ at, machine, stages, storm, workers }) {
  const { node, cores, cpu, load } = machine;
  return [
    `# Open challenges, ${at.slice(0, 10)}`,
    '',
    `Each challenge is of a user of its own. The API hosts the worker that decides; oldest and newest are the answers of 30 challenges each by the right code, one at a time, with the cache misses they made; the p99 of 30 is the slowest. ${cores} × ${cpu}, load ${load[0].toFixed(1)} before, Node ${node}; the load generator runs on the same cores.`,
    '',
    stagesOf(stages),
    '',
    ...(storm ? [...stormOf(storm), ''] : []),
    ...(workers.length > 0 ? ['With `API_HOSTS_WORKER=0`:', '', workersOf(workers), ''] : []),
  ].join('\n');
}

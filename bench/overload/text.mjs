/** The figures of a run as Markdown. */
import { markdown } from '../load/result.mjs';

const WORDS = { rated: 'rated load', overload: 'overload', recovery: 'rated load again' };
const times = (found) => (found ? `${found.p50} / ${found.p99} / ${found.p100}` : '');
const share = ({ shares }, status) => `${Math.round((shares[status] ?? 0) * 100)} %`;

function rowOf(phase) {
  const { name, perSecond, acceptedPerSecond, accepted, refused, refusedWithoutRetryAfter, memoryMib } =
    phase;
  const { before, most, after } = memoryMib;
  return [
    WORDS[name],
    perSecond,
    ...[200, 429, 503].map((status) => share(phase, status)),
    acceptedPerSecond,
    times(accepted),
    times(refused),
    refusedWithoutRetryAfter,
    ...['api', 'worker'].map((part) => `${before[part]} / ${most[part]} / ${after[part]}`),
  ];
}

export function textOf({
  at,
  machine,
  seconds,
  times: factor,
  reachedPerSecond,
  phases,
  recoveredAfterSeconds,
}) {
  const { node, cores, cpu, load } = machine;
  const heads = [
    ...['Phase', 'asked a second', '200', '429', '503', 'answered a second'],
    ...['accepted p50 / p99 / max ms', 'refused p50 / p99 / max ms', 'refused without Retry-After'],
    ...['API MiB before / most / after', 'worker MiB'],
  ];
  const soon = recoveredAfterSeconds === null ? 'not within the run' : `after ${recoveredAfterSeconds} s`;
  return [
    `# Overload, ${at.slice(0, 10)}`,
    '',
    `\`status/check\` at a fixed rate for ${seconds} s each: rated load (0.7 × the ${reachedPerSecond} a second that 16 waiting callers reach), ${factor} × as much, and rated load again. ${cores} × ${cpu}, load ${load[0].toFixed(1)} before, Node ${node}; the load generator runs on the same cores.`,
    '',
    markdown(heads, phases.map(rowOf)),
    '',
    `Latency and share of the rated load are back ${soon}.`,
    '',
  ].join('\n');
}

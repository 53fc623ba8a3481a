/** The figures of a run against the targets of the design, as data and as a table. */
import { askedAtDetection, percentOf } from './tally.mjs';

const ATTACKERS = ['naive', 'vpn', 'targeted', 'cloned_hosting', 'cloned_isp', 'far_hijack', 'brute_force'];

/** `most` or `least` in percent; absent where nothing is promised. */
const STOPPED = {
  legitimate: { exact: { most: 53 }, adaptive: { most: 26 }, asn: { most: 19.5 } },
  naive: { least: 99.9 },
  vpn: { least: 99.9 },
  targeted: { least: 99.9 },
  cloned_hosting: { least: 99.9 },
  cloned_isp: {},
  far_hijack: { least: 99.9 },
  brute_force: { least: 100 },
};
const BLOCKED = {
  legitimate: { most: 0.1 },
  naive: { least: 95 },
  vpn: { most: 5 },
  targeted: { most: 5 },
  cloned_hosting: { most: 5 },
  cloned_isp: {},
  far_hijack: { least: 99.5 },
  brute_force: { least: 100 },
};
const RATIO = {
  naive: { most: 0.6 },
  vpn: { most: 3.2 },
  targeted: { most: 4.1 },
  cloned_hosting: { most: 12 },
};

const EMPTY = { signIns: 0, stopped: 0, blocked: 0, travel: 0, ratios: [] };

function judged(figure, target) {
  const { most, least } = target;
  const met =
    figure.percent === null || (most === undefined && least === undefined)
      ? null
      : (most === undefined || figure.percent <= most) && (least === undefined || figure.percent >= least);
  return { ...figure, ...target, met };
}

function rowsOf(mode, classes) {
  const get = (label) => classes.get(label) ?? EMPTY;
  const legitimate = get('legitimate');
  const rows = ['legitimate', ...ATTACKERS].flatMap((label) => {
    const { signIns, stopped, blocked } = get(label);
    const asked = STOPPED[label][mode] ?? (label === 'legitimate' ? {} : STOPPED[label]);
    return [
      { mode, who: label, what: 'challenged or blocked', ...judged(percentOf(stopped, signIns), asked) },
      { mode, who: label, what: 'blocked', ...judged(percentOf(blocked, signIns), BLOCKED[label]) },
    ];
  });
  const travel = [
    {
      mode,
      who: 'legitimate',
      what: 'impossible travel',
      ...judged(percentOf(legitimate.travel, legitimate.signIns), { most: 0.36 }),
    },
    {
      mode,
      who: 'far_hijack',
      what: 'impossible travel',
      ...judged(percentOf(get('far_hijack').travel, get('far_hijack').signIns), { least: 97 }),
    },
  ];
  const ratios = ATTACKERS.map((label) => {
    const figure = askedAtDetection(legitimate.ratios, get(label).ratios);
    return {
      mode,
      who: 'legitimate',
      what: `likelihood alone, at 99 % of ${label}`,
      ...judged(figure, RATIO[label] ?? {}),
    };
  });
  return [...rows, ...travel, ...ratios];
}

/** The rows of every mode. */
export function reportOf(tallies) {
  return { rows: [...tallies].flatMap(([mode, { classes }]) => rowsOf(mode, classes)) };
}

function targetText({ most, least }) {
  if (most !== undefined) return `≤ ${most} %`;
  return least === undefined ? '' : `≥ ${least} %`;
}

function rowText({ mode, who, what, percent, low, high, total, met, ...target }) {
  const figure = percent === null ? 'none' : `${percent} % (${low}–${high})`;
  const verdict = met === null ? '' : met ? 'yes' : '**no**';
  return `| ${mode} | ${who} | ${what} | ${figure} | ${total} | ${targetText(target)} | ${verdict} |`;
}

/** The report as Markdown. Intervals are Wilson's at 95 %. */
export function tableOf({ rows, seeds, users, days, at, speeds, scoring, machine }) {
  const slowest = Math.min(...speeds.map(({ eventsPerSecond }) => eventsPerSecond));
  return [
    `# Risk, ${at.slice(0, 10)}`,
    '',
    `Streams of \`risk:simulate\`, seeds ${seeds.join(', ')}, ${users} users, ${days} days; pooled. In brackets the 95 % interval (Wilson).`,
    '',
    '| Mode | Who | What | Share | of | Target | Met |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(rowText),
    '',
    `\`risk:evaluate\` took ${slowest} events a second or more, start-up included (Node ${machine.node}, ${machine.cores} cores, load ${machine.load[0].toFixed(1)}).`,
    `An assessment takes ${scoring.typicalMicroseconds} µs for a typical profile and ${scoring.fullMicroseconds} µs for a full one.`,
    '',
  ].join('\n');
}

/** Counts what became of whom in the verdicts of a mode, over any number of streams. */

/** A counter: `take` for each event with its verdict, `classes` by label. */
export function createTally() {
  const classes = new Map();
  const of = (label) => {
    const known = classes.get(label) ?? { signIns: 0, stopped: 0, blocked: 0, travel: 0, ratios: [] };
    classes.set(label, known);
    return known;
  };
  return {
    classes,
    take(event, verdict) {
      if (event.id !== verdict.id) throw new Error(`verdict ${verdict.id} stands at event ${event.id}`);
      if (verdict.recorded) return;
      const counted = of(event.label);
      counted.signIns += 1;
      if (verdict.decision !== 'allow') counted.stopped += 1;
      if (verdict.decision === 'block') counted.blocked += 1;
      if (verdict.signals.some(({ code }) => code === 'impossible_travel')) counted.travel += 1;
      if (verdict.likelihood !== undefined) counted.ratios.push(verdict.likelihood);
    },
  };
}

const Z95 = 1.959964;

/**
 * The share of `count` in `total` in percent with its 95 % interval by Wilson (1927): unlike the normal one it does
 * not claim certainty when nothing was seen.
 */
export function percentOf(count, total) {
  if (total === 0) return { percent: null, low: 0, high: 100, count, total };
  const share = count / total;
  const z2 = Z95 ** 2 / total;
  const middle = (share + z2 / 2) / (1 + z2);
  const half = (Z95 / (1 + z2)) * Math.sqrt((share * (1 - share)) / total + z2 / (4 * total));
  const round = (value) => Math.round(value * 1e5) / 1e3;
  return {
    percent: round(share),
    low: round(Math.max(0, middle - half)),
    high: round(Math.min(1, middle + half)),
    count,
    total,
  };
}

/** How many of the legitimate a threshold would ask that 99 % of the attackers reach. */
export function askedAtDetection(legitimate, attackers) {
  if (attackers.length === 0) return percentOf(0, 0);
  const threshold = [...attackers].sort((a, b) => a - b)[Math.floor(attackers.length * 0.01)];
  return percentOf(legitimate.filter((ratio) => ratio >= threshold).length, legitimate.length);
}

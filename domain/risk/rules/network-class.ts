/** What kind of network the address belongs to: one categorical value, the worst that matched. */
import type { Signal } from '../assessment';
import { NETWORK_CLASSES } from '../facts';
import { signal } from './rule';
import type { RuleContext } from './rule';

/** `threat_intel`, `tor_exit`, `vpn`, `hosting`: the first adds points, the others and the stale ones are listed with 0. */
export function networkClass(context: RuleContext): readonly Signal[] {
  const { classes, staleClasses } = context.facts.network;
  const worst = NETWORK_CLASSES.find((name) => classes.includes(name));
  return NETWORK_CLASSES.flatMap((name): readonly Signal[] => {
    const found = signal(context, name);
    if (name === worst) return [found];
    if (classes.includes(name)) return [{ ...found, points: 0 }];
    return staleClasses.includes(name) ? [{ ...found, points: 0, stale: true }] : [];
  });
}

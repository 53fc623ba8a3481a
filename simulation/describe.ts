/** What a stream looks like: counts and shares, measured event by event. */
import type { NetworkFacts } from '../domain/risk/facts';
import { prefixOf } from '../network/ip-address';
import { LABELS, type Label, type LabelledEvent } from './labelled-event';

export interface Description {
  readonly add: (event: LabelledEvent) => void;
  readonly numbers: () => Numbers;
  readonly text: () => string;
}

/** Counts by name; shares are of legitimate sign-ins (`outcome` ok), 0–1. */
export interface Numbers {
  readonly events: number;
  readonly users: number;
  readonly signIns: Readonly<Record<Label, number>>;
  readonly failures: Readonly<Record<Label, number>>;
  readonly shares: Readonly<Record<string, number>>;
  /** Legitimate sign-ins per user who has any: 10th, 50th, 90th, 99th percentile and the most. */
  readonly signInsPerUser: readonly number[];
}

interface Seen {
  signIns: number;
  readonly ips: Set<string>;
  readonly prefixes: Set<string>;
  readonly networks: Set<string>;
  readonly countries: Set<string>;
  readonly devices: Set<string>;
}

const QUANTILES = [0.1, 0.5, 0.9, 0.99, 1] as const;

/** An empty description; `lookUp` tells network and country of an address. */
export function createDescription(lookUp: (ip: string) => NetworkFacts): Description {
  const seenBy = new Map<string, Seen>();
  const signIns = zeros();
  const failures = zeros();
  const tally = new Map<string, number>();
  const addLegitimate = (event: LabelledEvent): void => {
    const seen = seenBy.get(event.userId) ?? nothingSeen();
    seenBy.set(event.userId, seen);
    for (const [name, isSo] of Object.entries(observe(event, seen, lookUp))) {
      tally.set(name, (tally.get(name) ?? 0) + (isSo ? 1 : 0));
    }
    seen.signIns += 1;
  };
  const numbers = (): Numbers => {
    const total = Math.max(1, signIns.legitimate);
    return {
      events: [...Object.values(signIns), ...Object.values(failures)].reduce((sum, count) => sum + count, 0),
      users: seenBy.size,
      signIns,
      failures,
      shares: Object.fromEntries([...tally].map(([name, count]) => [name, count / total])),
      signInsPerUser: quantiles([...seenBy.values()].map((seen) => seen.signIns)),
    };
  };
  return {
    add(event) {
      (event.outcome === 'ok' ? signIns : failures)[event.label] += 1;
      if (event.label === 'legitimate' && event.outcome === 'ok') addLegitimate(event);
    },
    numbers,
    text: () => describe(numbers()),
  };
}

function zeros(): Record<Label, number> {
  return Object.fromEntries(LABELS.map((label) => [label, 0])) as Record<Label, number>;
}

function nothingSeen(): Seen {
  return {
    signIns: 0,
    ips: new Set(),
    prefixes: new Set(),
    networks: new Set(),
    countries: new Set(),
    devices: new Set(),
  };
}

function observe(
  event: LabelledEvent,
  seen: Seen,
  lookUp: (ip: string) => NetworkFacts,
): Record<string, boolean> {
  const { asn, country, coordinates, classes } = lookUp(event.ip);
  return {
    'first sign-in of the user': seen.signIns === 0,
    'address not seen before': isNew(seen.ips, event.ip),
    '/24 or /64 not seen before': isNew(seen.prefixes, prefixOf(event.ip) ?? event.ip),
    'network and country not seen before': isNew(seen.networks, `${asn ?? 0}/${country ?? ''}`),
    'country not seen before': isNew(seen.countries, country ?? ''),
    'fingerprint not seen before': isNew(seen.devices, event.fingerprint),
    'without device token': event.holdsDeviceToken === false,
    'over IPv6': event.ip.includes(':'),
    'mobile user agent': /Mobile/.test(event.userAgent),
    'from a VPN or hosting network': classes.includes('vpn') || classes.includes('hosting'),
    'address without a place': coordinates === undefined,
    'MFA would fail or be abandoned': event.mfa !== 'pass',
  };
}

function isNew(known: Set<string>, value: string): boolean {
  if (known.has(value)) return false;
  known.add(value);
  return true;
}

function quantiles(counts: readonly number[]): readonly number[] {
  const sorted = [...counts].sort((a, b) => a - b);
  return QUANTILES.map((share) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
}

function describe({ events, users, signIns, failures, shares, signInsPerUser }: Numbers): string {
  return [
    `${events} events, ${users} users with legitimate sign-ins`,
    'label: sign-ins, failed first factors',
    ...LABELS.map((label) => `  ${label}: ${signIns[label]}, ${failures[label]}`),
    'of the legitimate sign-ins',
    ...Object.entries(shares).map(([name, share]) => `  ${name}: ${(share * 100).toFixed(2)} %`),
    `sign-ins per user (10th, 50th, 90th, 99th percentile, most): ${signInsPerUser.join(', ')}`,
  ].join('\n');
}

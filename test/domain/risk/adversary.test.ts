/** Signals of an adversary: network classes, failures, bots. */
import type { NetworkClass } from '../../../domain/risk/facts';
import { FACTS, assessSignIn, failures, network, pointsOfSignIn, scoreOfSignIn } from './fixtures';

describe('network class', () => {
  const points = (classes: readonly NetworkClass[], staleClasses: readonly NetworkClass[] = []) =>
    pointsOfSignIn({ facts: network({ classes, staleClasses }) });
  it.each([
    ['threat_intel', 60],
    ['tor_exit', 40],
    ['vpn', 10],
    ['hosting', 20],
  ] as const)('%s is worth %i and is no floor', (name, worth) => {
    expect(points([name])[name]).toBe(worth);
    expect(assessSignIn({ facts: network({ classes: [name] }) })).toMatchObject({ floor: false });
  });
  it('scores the first match alone and lists every match, in whatever order they came', () => {
    const expected = { trusted_device: -20, threat_intel: 60, tor_exit: 0, hosting: 0 };
    expect(points(['threat_intel', 'tor_exit', 'hosting'])).toEqual(expected);
    expect(points(['hosting', 'tor_exit', 'threat_intel'])).toEqual(expected);
  });
  it('lists what a stale list says, marked, without points, and lets the next fresh class score', () => {
    const assessment = assessSignIn({
      facts: network({ classes: ['hosting'], staleClasses: ['threat_intel'] }),
    });
    expect(assessment).toMatchObject({
      signals: expect.arrayContaining([
        { code: 'threat_intel', points: 0, floor: false, stale: true },
        { code: 'hosting', points: 20, floor: false },
      ]),
    });
  });
});

describe('failures and agents', () => {
  it.each([
    [0, undefined],
    [2, undefined],
    [3, 15],
    [4, 15],
    [5, 30],
    [9, 30],
    [10, 50],
    [19, 50],
    [20, 50],
    [5000, 50],
  ])('%i failures from this fingerprint are worth %p', (count, worth) => {
    expect(pointsOfSignIn({ facts: failures(count) }).failed_attempts).toBe(worth);
  });
  it('blocks at 20 failures even on a trusted device, not at 19', () => {
    expect(scoreOfSignIn({ facts: failures(19) })).toBe(30);
    expect(scoreOfSignIn({ facts: failures(20) })).toBe(80);
  });
  it('never lets failures from other fingerprints lock the owner out', () => {
    const from = (otherFingerprints: number) => ({ failures: { ...FACTS.failures, otherFingerprints } });
    const growth = [0, 1, 7, 15, 16, 100_000].map(
      (count) => pointsOfSignIn({ facts: from(count) }).account_failures,
    );
    expect(growth).toEqual([undefined, 1, 7, 15, 15, 15]);
    expect(scoreOfSignIn({ facts: from(100_000) })).toBe(0);
  });
  it.each([
    [4, undefined],
    [5, 25],
    [19, 25],
    [20, 50],
  ])('%i accounts failing from this address are worth %p', (accountsFromIp, worth) => {
    const facts = { failures: { ...FACTS.failures, accountsFromIp } };
    expect(pointsOfSignIn({ facts }).ip_spraying).toBe(worth);
  });
  it('adds 20 for a bot', () => {
    expect(pointsOfSignIn({ facts: { agent: { ...FACTS.agent, isBot: true } } }).bot_agent).toBe(20);
  });
});

/** What would have changed a decision: exact, smallest, and nothing where nothing was asked. */
import * as fc from 'fast-check';
import { assess, type AssessInput } from '../../../domain/risk/assess';
import { CHANGES, changesFor } from '../../../domain/risk/changes';
import { counterfactualsOf } from '../../../domain/risk/counterfactuals';
import { DEFAULT_RISK_SETTINGS } from '../../../domain/risk/settings';
import { input } from './arbitraries';
import { DAY, FACTS, failures, HOUR, IN_TOKYO, network, NEW_DEVICE, NEW_IP, NOW, PROFILE } from './fixtures';

function signIn(change: object, profile: object = {}): AssessInput {
  return {
    profile: { ...PROFILE, ...profile },
    facts: { ...FACTS, ...change },
    settings: DEFAULT_RISK_SETTINGS,
    now: NOW,
  };
}
const found = (of: AssessInput) => counterfactualsOf(of, assess(of))?.found;

describe('the changes that would have changed a decision', () => {
  it('are none where nothing was asked for', () => {
    expect(counterfactualsOf(signIn({}), assess(signIn({})))).toBeUndefined();
  });

  it('are none where no score is known', () => {
    expect(counterfactualsOf(signIn({}), { kind: 'unavailable' })).toBeUndefined();
  });

  it.each([
    ['a new device', NEW_DEVICE, [{ changes: ['trusted_device'], score: 0 }]],
    [
      'a known device without its token',
      { deviceTrust: { kind: 'none' } },
      [{ changes: ['trusted_device'], score: 0 }],
    ],
    ['a new address', NEW_IP, [{ changes: ['known_address'], score: 0 }]],
    [
      'a listed network',
      network({ classes: ['threat_intel'] }),
      [{ changes: ['unlisted_network'], score: 0 }],
    ],
    ['failures', failures(10), [{ changes: ['no_failures'], score: 0 }]],
    [
      'a program',
      { agent: { ...FACTS.agent, isBot: true }, ...failures(5) },
      [
        { changes: ['no_failures'], score: 0 },
        { changes: ['ordinary_agent'], score: 10 },
      ],
    ],
    [
      'a new device at a new address',
      { ...NEW_DEVICE, ...NEW_IP },
      [{ changes: ['trusted_device', 'known_address'], score: 0 }],
    ],
  ])('after %s are the smallest ones', (_, change, expected) => {
    expect(found(signIn(change))).toEqual(expected);
  });

  it('of a block are those that leave MFA, and those that leave nothing', () => {
    const blocked = found(signIn({ ...NEW_DEVICE, ...IN_TOKYO }, { lastSignIn: undefined }));
    expect(blocked).toEqual(
      [
        { changes: ['trusted_device', 'known_address'], score: 0 },
        { changes: ['trusted_device'], score: 35 },
        { changes: ['known_address'], score: 30 },
        { changes: ['known_country'], score: 55 },
      ].sort((a, b) => a.score - b.score),
    );
  });

  it('of an impossible journey say how long it takes', () => {
    const lastSignIn = { ...PROFILE.lastSignIn, at: NOW - HOUR / 2, ipKey: 'ip-home', masked: false };
    const travelled = counterfactualsOf(
      signIn(IN_TOKYO, { lastSignIn }),
      assess(signIn(IN_TOKYO, { lastSignIn })),
    );
    // New York to Tokyo: 10,850 km, less 40 km of uncertainty.
    expect(travelled?.travelHours).toBeCloseTo(10.9, 1);
    expect(travelled?.found).toContainEqual({ changes: ['known_address', 'slower_travel'], score: 0 });
  });

  it('carry the thresholds that were in force', () => {
    const lax = {
      ...signIn(NEW_DEVICE),
      settings: { ...DEFAULT_RISK_SETTINGS, mfaThreshold: 20, blockThreshold: 90 },
    };
    expect(counterfactualsOf(lax, assess(lax))).toMatchObject({ mfaThreshold: 20, blockThreshold: 90 });
  });

  it('are exact: whoever makes them scores what they say, and meets less', () => {
    fc.assert(
      fc.property(input, (asked) => {
        const assessment = assess(asked);
        const said = counterfactualsOf(asked, assessment);
        if (assessment.kind !== 'scored' || !said) return;
        for (const { changes, score } of said.found) {
          const applied = CHANGES.filter(({ code }) => changes.includes(code));
          const otherwise = assess(applied.reduce((changed, change) => change.apply(changed), asked));
          expect(otherwise).toMatchObject({ kind: 'scored', score });
          expect(score).toBeLessThan(assessment.score);
          expect(score).toBeLessThan(assessment.score >= 80 ? 80 : 30);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('undo the signals that they are there for', () => {
    fc.assert(
      fc.property(input, (asked) => {
        const before = assess(asked);
        if (before.kind !== 'scored') return;
        for (const change of changesFor(before.signals)) {
          const after = assess(change.apply(asked));
          if (after.kind !== 'scored') throw new Error('a change made the sign-in unreadable');
          const left = after.signals.filter(
            ({ code, stale }) => change.undoes.includes(code) && stale !== true,
          );
          // Travel between known addresses, or by way of a VPN, is judged by its time alone.
          expect(left.map(({ code }) => code)).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('leave the sign-in untouched', () => {
    const asked = signIn(
      { ...NEW_DEVICE, ...IN_TOKYO },
      { lastSignIn: { ...PROFILE.lastSignIn, at: NOW - DAY } },
    );
    const before = structuredClone(asked);
    counterfactualsOf(asked, assess(asked));
    expect(asked).toEqual(before);
  });
});

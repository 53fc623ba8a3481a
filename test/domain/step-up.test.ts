import fc from 'fast-check';
import { DEFAULT_POLICY_SETTINGS } from '../../domain/policy/policy';
import { effectiveMaxAge } from '../../domain/step-up/action';
import { decideStepUp, type StepUpInput } from '../../domain/step-up/decide-step-up';
import { canonicalTransaction } from '../../domain/step-up/transaction';

const scored = (score: number) => ({ kind: 'scored' as const, score, signals: [], floor: false });
const FRESH: StepUpInput = {
  clientId: 'shop',
  settings: DEFAULT_POLICY_SETTINGS,
  account: { userActive: true, organizationActive: true, sessionLive: true },
  assessment: scored(0),
  methodsEnrolled: true,
  proofAgeSeconds: 10,
  maxAgeSeconds: 300,
  hasTransaction: false,
};
const outcomeOf = (change: Partial<StepUpInput>) => {
  const { outcome, reason, enrollment } = decideStepUp({ ...FRESH, ...change });
  return [outcome, reason, enrollment];
};

describe('a step-up', () => {
  it('is approved by a proof as old as the action allows, to the second', () => {
    expect(outcomeOf({ proofAgeSeconds: 300 })).toEqual(['allow', 'recent_mfa', 'none']);
    expect(outcomeOf({ proofAgeSeconds: 300.001 })).toEqual(['challenge', 'proof_too_old', 'none']);
    expect(outcomeOf({ proofAgeSeconds: 0, maxAgeSeconds: 0 })).toEqual(['allow', 'recent_mfa', 'none']);
  });

  it('is challenged without any proof in the session, and with one from the future', () => {
    expect(outcomeOf({ proofAgeSeconds: null })[0]).toBe('challenge');
    expect(outcomeOf({ proofAgeSeconds: -1 })[0]).toBe('challenge');
    expect(outcomeOf({ proofAgeSeconds: NaN })[0]).toBe('challenge');
  });

  it('is never approved by an earlier proof when there is a transaction', () => {
    expect(outcomeOf({ hasTransaction: true })).toEqual(['challenge', 'transaction', 'none']);
  });

  it('pins the scores: 29 approves, 30 challenges, 79 challenges, 80 blocks', () => {
    const at = (score: number) => outcomeOf({ assessment: scored(score) })[0];
    expect([29, 30, 79, 80].map(at)).toEqual(['allow', 'challenge', 'challenge', 'block']);
  });

  it('is challenged when risk or policy cannot be read, and when the score is no score', () => {
    expect(outcomeOf({ assessment: { kind: 'unavailable' } })).toEqual([
      'challenge',
      'risk_unavailable',
      'none',
    ]);
    expect(outcomeOf({ settings: 'unreadable' })).toEqual(['challenge', 'policy_unavailable', 'none']);
    for (const score of [NaN, -1, 101, 1.5])
      expect(outcomeOf({ assessment: scored(score) })[0]).toBe('challenge');
  });

  it('is refused without a method instead of challenged', () => {
    expect(outcomeOf({ proofAgeSeconds: null, methodsEnrolled: false })).toEqual([
      'challenge',
      'proof_too_old',
      'denied',
    ]);
  });

  it('is blocked for a disabled user, a suspended organization and an ended session, whatever the proof', () => {
    for (const change of [{ userActive: false }, { organizationActive: false }, { sessionLive: false }]) {
      expect(outcomeOf({ account: { ...FRESH.account, ...change } })[0]).toBe('block');
    }
  });
});

describe('the age that an action accepts', () => {
  const settings = { stepUpActions: { wire: { maxAge: 60 }, browse: { maxAge: 1_800 } } };

  it("is the smaller of the action's and the request's, 300 s by default", () => {
    expect(effectiveMaxAge(settings, { action: 'payment' })).toBe(300);
    expect(effectiveMaxAge(settings, { action: 'payment', requested: 1_800 })).toBe(300);
    expect(effectiveMaxAge(settings, { action: 'payment', requested: 0 })).toBe(0);
    expect(effectiveMaxAge(settings, { action: 'wire', requested: 120 })).toBe(60);
    expect(effectiveMaxAge(settings, { action: 'browse' })).toBe(1_800);
  });

  it('is none for an action that the application does not have, by whatever name', () => {
    for (const action of ['unknown', '__proto__', 'constructor', 'toString']) {
      expect(effectiveMaxAge(settings, { action })).toBeUndefined();
    }
  });
});

describe('a transaction', () => {
  const text = fc.string({ minLength: 1 });
  const transaction = fc.record(
    { amount: text, currency: text, payee: text },
    { requiredKeys: ['amount', 'currency', 'payee'] },
  );

  it('has one canonical text, whatever the order of its fields', () => {
    fc.assert(
      fc.property(
        transaction,
        ({ amount, currency, payee }) =>
          canonicalTransaction({ amount, currency, payee }) ===
          canonicalTransaction({ payee, currency, amount }),
      ),
    );
    expect(canonicalTransaction({ payee: 'Bücher', currency: 'EUR', amount: '12.50' })).toBe(
      '{"amount":"12.50","currency":"EUR","payee":"Bücher"}',
    );
  });

  it('has another text when any of its fields differs', () => {
    fc.assert(
      fc.property(transaction, transaction, (a, b) => {
        const same = a.amount === b.amount && a.currency === b.currency && a.payee === b.payee;
        return same === (canonicalTransaction(a) === canonicalTransaction(b));
      }),
    );
  });
});

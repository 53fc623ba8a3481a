import { ALLOWED, ASSESSMENT, BLOCKED, challengedUntil, FACTS, HANGS } from './support/fake-activities';
import { POLICY, REFUSED, StoreIsDown } from './support/fake-activities';
import { openStage, type Stage } from './support/stage';

describe('the decision of a sign-in', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.teardown());

  const outage = () => Promise.reject(new StoreIsDown());

  it('is made in the order policy, risk, record, each step given what the steps before it found', async () => {
    const signIn = stage.signIn({ recordDecision: () => Promise.resolve(ALLOWED) });
    expect(await signIn.decide()).toEqual(ALLOWED);
    expect(signIn.calls).toEqual([
      { name: 'lookUpPolicy', argument: { clientId: 'demo-shop', fresh: false } },
      { name: 'assessRisk', argument: { input: signIn.input, policy: POLICY } },
      {
        name: 'recordDecision',
        argument: { input: signIn.input, policy: POLICY, assessment: ASSESSMENT, facts: FACTS },
      },
    ]);
  });

  it.each([
    ['allowed', ALLOWED],
    ['blocked', BLOCKED],
    ['refused', REFUSED],
  ] as const)('ends the workflow at once, without a timer, when it is %s', async (outcome, decision) => {
    const signIn = stage.signIn({ recordDecision: () => Promise.resolve(decision) });
    expect(await signIn.decide()).toEqual(decision);
    expect(await signIn.handle.result()).toEqual({ outcome });
    expect(signIn.order()).toEqual(['lookUpPolicy', 'assessRisk', 'recordDecision']);
    const { events } = await signIn.handle.fetchHistory();
    expect(events?.some((event) => event.timerStartedEventAttributes)).toBe(false);
  });

  it('is the one that was stored, whatever was computed', async () => {
    const signIn = stage.signIn({
      assessRisk: () => Promise.resolve({ assessment: { ...ASSESSMENT, score: 99 }, facts: FACTS }),
      recordDecision: () => Promise.resolve(ALLOWED),
    });
    expect(await signIn.decide()).toEqual(ALLOWED);
  });

  it('counts a policy that cannot be read as unreadable, for the risk and for the record, after two tries', async () => {
    const signIn = stage.signIn({ lookUpPolicy: outage, recordDecision: () => Promise.resolve(BLOCKED) });
    expect(await signIn.decide()).toEqual(BLOCKED);
    expect(signIn.asked('lookUpPolicy')).toHaveLength(2);
    expect(signIn.asked('assessRisk')).toEqual([{ input: signIn.input, policy: 'unreadable' }]);
    expect(signIn.asked('recordDecision')).toMatchObject([{ policy: 'unreadable' }]);
  });

  it('counts a policy look-up that hangs as unreadable', async () => {
    const signIn = stage.signIn({
      lookUpPolicy: () => HANGS,
      recordDecision: () => Promise.resolve(BLOCKED),
    });
    expect(await signIn.decide()).toEqual(BLOCKED);
    expect(signIn.asked('recordDecision')).toMatchObject([{ policy: 'unreadable' }]);
  });

  it.each([
    ['throws', outage],
    ['hangs', () => HANGS],
  ])('counts the risk as unavailable when its assessment %s (the fail-safe)', async (_, assessRisk) => {
    const challenge = challengedUntil((await stage.now()) + 300_000);
    const signIn = stage.signIn({ assessRisk, recordDecision: () => Promise.resolve(challenge) });
    expect(await signIn.decide()).toEqual(challenge);
    expect(signIn.asked('recordDecision')).toEqual([
      { input: signIn.input, policy: POLICY, assessment: { kind: 'unavailable' }, facts: null },
    ]);
  });

  it('keeps the assessment under default settings beside the one that counts', async () => {
    const baseline = { ...ASSESSMENT, score: 10 };
    const signIn = stage.signIn({
      assessRisk: () => Promise.resolve({ assessment: ASSESSMENT, baseline, facts: FACTS }),
      recordDecision: () => Promise.resolve(ALLOWED),
    });
    await signIn.decide();
    expect(signIn.asked('recordDecision')).toMatchObject([{ assessment: ASSESSMENT, baseline }]);
  });

  it('is made anew, past the cache, when the policy changed in between', async () => {
    const answers = [{ kind: 'policy_changed' } as const, ALLOWED];
    const signIn = stage.signIn({ recordDecision: () => Promise.resolve(answers.shift() ?? BLOCKED) });
    expect(await signIn.decide()).toEqual(ALLOWED);
    expect(signIn.asked('lookUpPolicy').map(({ fresh }) => fresh)).toEqual([false, true]);
    expect(signIn.asked('assessRisk')).toHaveLength(2);
  });

  it('counts a policy that changed twice as unreadable, without a third look', async () => {
    const changed = { kind: 'policy_changed' } as const;
    const answers = [changed, changed, BLOCKED];
    const signIn = stage.signIn({ recordDecision: () => Promise.resolve(answers.shift() ?? ALLOWED) });
    expect(await signIn.decide()).toEqual(BLOCKED);
    expect(signIn.asked('lookUpPolicy').map(({ fresh }) => fresh)).toEqual([false, true]);
    expect(signIn.asked('recordDecision').map(({ policy }) => policy)).toEqual([
      POLICY,
      POLICY,
      'unreadable',
    ]);
  });

  it('is not made for ever: a store that only ever says "changed" records nothing', async () => {
    const signIn = stage.signIn({ recordDecision: () => Promise.resolve({ kind: 'policy_changed' }) });
    expect(await signIn.decide()).toEqual({ kind: 'not_recorded' });
    expect(signIn.asked('recordDecision')).toHaveLength(3);
  });
});

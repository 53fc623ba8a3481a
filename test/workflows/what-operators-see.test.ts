import type { DecisionAnswer, SignInInput } from '../../workflows/messages';
import { submitAnswerUpdate } from '../../workflows/messages';
import { testEnvironment } from '../support/database';
import { ALLOWED, answer, BLOCKED, challengedUntil, VERIFIED } from './support/fake-activities';
import { openStage, type Stage, type StagedSignIn } from './support/stage';

/** Whatever would tell who somebody is, or open something. */
const SECRETS = ['203.0.113.77', 'Canary', 'canary', 'usr_AAAA', 'ses_AAAA', 'ses_BBBB', 'external-canary'];

describe('what an operator sees of a sign-in', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ existingServer: testEnvironment('TEST_TEMPORAL_ADDRESS') });
  });
  afterAll(() => stage.teardown());

  function signInWith(decision: DecisionAnswer, input: Partial<SignInInput> = {}): StagedSignIn {
    return stage.signIn(
      { recordDecision: () => Promise.resolve(decision), verifyTotp: () => Promise.resolve(VERIFIED) },
      { externalSessionId: 'external-canary', ...input },
    );
  }
  /** Everything that a list of workflows or the head of a workflow's page shows. */
  async function visible({
    handle,
  }: StagedSignIn): Promise<{ attributes: object; details: string; all: string }> {
    const { raw, typedSearchAttributes, ...described } = await handle.describe();
    const attributes = Object.fromEntries(
      typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
    );
    const metadata: unknown = await handle.query('__temporal_workflow_metadata');
    const { currentDetails } = metadata as { currentDetails?: string };
    const memo = JSON.stringify([described, raw.executionConfig, attributes, metadata]);
    return { attributes, details: currentDetails ?? '', all: memo };
  }

  it('names application, outcome, policy and risk band, in search attributes and in words', async () => {
    const signIn = signInWith(ALLOWED);
    await signIn.decide();
    await signIn.handle.result();
    const { attributes, details } = await visible(signIn);
    expect(attributes).toMatchObject({
      MfaClientId: 'demo-shop',
      MfaOutcome: 'allow',
      MfaPolicy: 'smart',
      MfaRiskBand: 'low',
    });
    expect(details).toBe(
      '**allow** for `demo-shop`: low_risk (policy smart, risk 5). Decision `dec_AAAAAAAAAAAAAAAAAAAAAA`. Signed in without MFA.',
    );
  });

  it.each([
    [BLOCKED, 'critical'],
    [{ ...BLOCKED, riskScore: 80 }, 'critical'],
    [{ ...BLOCKED, riskScore: 79 }, 'elevated'],
    [{ ...BLOCKED, riskScore: 30 }, 'elevated'],
    [{ ...BLOCKED, riskScore: 29 }, 'low'],
    [{ ...BLOCKED, riskScore: null }, 'unavailable'],
  ])('names the risk band of a score', async (decision, band) => {
    const signIn = signInWith(decision);
    await signIn.decide();
    await signIn.handle.result();
    expect((await visible(signIn)).attributes).toMatchObject({ MfaRiskBand: band });
  });

  it('says that a challenge waits, and afterwards how it ended', async () => {
    const signIn = signInWith(challengedUntil((await stage.now()) + 300_000));
    await signIn.decide();
    expect((await visible(signIn)).details).toMatch(/\*\*challenge\*\* .*Waiting for a second factor\.$/s);
    await signIn.handle.executeUpdate(submitAnswerUpdate, { args: [answer('a1')] });
    await signIn.handle.result();
    expect((await visible(signIn)).details).toMatch(/Second factor verified\.$/);
  });

  it('is never personal data and never a secret, at any moment of a sign-in', async () => {
    const signIn = signInWith(challengedUntil((await stage.now()) + 300_000));
    await signIn.decide();
    const waiting = await visible(signIn);
    await signIn.handle.executeUpdate(submitAnswerUpdate, { args: [answer('a1')] });
    await signIn.handle.result();
    const ended = await visible(signIn);
    for (const secret of SECRETS) {
      expect(waiting.all).not.toContain(secret);
      expect(ended.all).not.toContain(secret);
    }
    expect(ended.all).toContain('demo-shop');
  });
});

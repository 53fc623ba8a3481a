/** Every worked case of `docs` on risk, over HTTP: the profile comes from real completed sign-ins. */
import { NEW_YORK, TOKYO } from '../support/fake-network';
import { startStack, type Stack } from '../support/stack';
import { createActors, randomIp, randomName, type Actors, type Person } from './support/actors';
import { assertOneTerminalEventEach } from './support/audit';
import { lastSignInWas, trustEndsIn } from './support/database-time';
import { FEED, WORKED_CASES, type WorkedCase } from './support/worked-cases';

const DAY_MINUTES = 24 * 60;
const BLOCK_TEXT =
  '{"error":"access_denied","error_description":"Login blocked due to suspicious activity. Please try again later."}';

let stack: Stack;
let actors: Actors;
beforeAll(async () => {
  stack = await startStack();
  actors = createActors(stack);
});
afterAll(async () => {
  await assertOneTerminalEventEach(stack);
  await stack.stop();
});

async function arrange(what: WorkedCase['arrange'], who: Person): Promise<void> {
  if (what === 'trust expired') await trustEndsIn(stack.database, who, -1);
  if (what === 'seen at home 30 minutes ago') await lastSignInWas(stack.database, who, 30);
  if (what === '10 failures with the device token') {
    await actors.fail(who, 10, { deviceToken: who.deviceToken });
  }
}

async function atHome(): Promise<Person> {
  const who = await actors.person();
  stack.network.set(who.ip, NEW_YORK);
  const settled = await actors.settle(who);
  await lastSignInWas(stack.database, settled, DAY_MINUTES);
  return settled;
}

/** Asks, and asserts what caller, administrator and audit see. */
async function expectOutcome(
  who: Person,
  change: object,
  expected: Pick<WorkedCase, 'score' | 'decision' | 'reason'>,
) {
  const answer = await actors.check(who, change);
  const decision = await actors.decisionOf(answer);
  expect(decision).toMatchObject({ riskScore: expected.score, outcome: expected.decision, policy: 'smart' });
  expect(decision['blocked']).toBe(expected.decision === 'block');
  const [audited] = await actors.auditOf(answer);
  if (expected.decision === 'block') {
    expect(answer.status).toBe(403);
    expect(answer.text).toBe(BLOCK_TEXT);
    expect(decision['reason']).toBe(expected.reason);
    expect(audited).toBe('Login blocked by risk assessment');
    return;
  }
  expect(answer.status).toBe(200);
  expect(answer.body['mfaRequired']).toBe(expected.decision === 'challenge');
  expect(Object.keys(answer.body).sort()).toEqual(PUBLIC_KEYS[expected.decision]);
  expect(audited).toBe(
    expected.decision === 'allow' ? 'MFA skipped: low risk' : 'MFA required by risk assessment',
  );
}

/** Nothing in a public answer says which signal fired. */
const PUBLIC_KEYS = {
  allow: ['decisionId', 'enrollmentRequired', 'mfaRequired', 'receipt', 'requireMFA', 'sessionId'],
  challenge: [
    'decisionId',
    'enrollmentRequired',
    'expiresIn',
    'methods',
    'mfaRequired',
    'mfaSessionId',
    'requireMFA',
  ],
};

describe('a known user under smart', () => {
  it.each(WORKED_CASES)(
    '$name scores $score: $decision',
    async ({ from, device, arrange: what, ...expected }) => {
      const who = await atHome();
      await arrange(what, who);
      const ip = from ? randomIp() : who.ip;
      if (from) stack.network.set(ip, from);
      const change = {
        ip,
        ...(device === 'new' && { fingerprint: randomName() }),
        ...(device !== undefined && { deviceToken: undefined }),
      };
      await expectOutcome(who, change, expected);
    },
  );

  it('10 failures on a new device score 80: block', async () => {
    const who = await atHome();
    const fingerprint = randomName();
    await actors.fail(who, 10, { fingerprint });
    const reason = 'Login blocked: new device, repeated failed attempts';
    await expectOutcome(
      who,
      { fingerprint, deviceToken: undefined },
      { score: 80, decision: 'block', reason },
    );
  });

  it('travel between two known IPs scores 30: challenge', async () => {
    const who = await atHome();
    const tokyo = randomIp();
    stack.network.set(tokyo, TOKYO);
    const { body } = await actors.signInWithMfa(who, { ip: tokyo });
    await actors.forgetSpentCodes(who);
    const traveller = { ...who, deviceToken: body['deviceToken'] };
    await expectOutcome(traveller, {}, { score: 30, decision: 'challenge' });
  });
});

describe('a first sign-in under smart', () => {
  it('scores 30: challenge', async () => {
    await expectOutcome(await actors.person(), {}, { score: 30, decision: 'challenge' });
  });

  it('from a feed IP scores 90: block', async () => {
    const who = await actors.person();
    stack.network.set(who.ip, FEED);
    const reason = 'Login blocked: first sign-in, address on a threat list';
    await expectOutcome(who, {}, { score: 90, decision: 'block', reason });
  });
});

describe('a block answer', () => {
  it('has exactly the documented body, and the decision id in a header and nowhere else', async () => {
    const who = await atHome();
    const ip = randomIp();
    stack.network.set(ip, FEED);
    const answer = await actors.check(who, { ip, fingerprint: randomName(), deviceToken: undefined });
    expect(answer.status).toBe(403);
    expect(answer.text).toBe(BLOCK_TEXT);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const id = answer.headers.get('x-decision-id') ?? '';
    expect(id).toMatch(/^dec_[A-Za-z0-9_-]{22}$/);
    expect([...answer.headers.values()].filter((value) => value.includes(id))).toHaveLength(1);
  });

  it('is per attempt: the owner still gets in on the known device and IP', async () => {
    const who = await atHome();
    const ip = randomIp();
    stack.network.set(ip, FEED);
    const blocked = await actors.check(who, { ip, fingerprint: randomName(), deviceToken: undefined });
    expect(blocked.status).toBe(403);
    expect((await actors.check(who)).body).toMatchObject({ mfaRequired: false });
  });
});

/** MFA is needed but no method is enrolled: the whole table of `whenNoMethod`. */
import type { HttpAnswer } from '../support/http-client';
import { randomName, type Person } from './support/actors';
import { useProduct } from './support/product';

const product = useProduct();

type Risk = 'below 30' | '30 or more' | 'unavailable';

/** A person without any method, on a device that is known and trusted. */
async function knownPersonWithoutMethod(): Promise<Person> {
  const who = await product.actors.settledPerson();
  await product.stack.database.pool.query(`delete from totp_authenticators where user_id = $1`, [who.userId]);
  return who;
}

/** Signs in at an application that always wants MFA. */
async function signIn(whenNoMethod: string, risk: Risk): Promise<HttpAnswer> {
  const { actors, stack } = product;
  const who = await knownPersonWithoutMethod();
  const at = await actors.application({ mfaPolicy: 'always', settings: { whenNoMethod } });
  const newDevice = { fingerprint: randomName(), deviceToken: undefined };
  if (risk === 'unavailable') stack.network.failure = new Error('no network data');
  try {
    return await actors.check(who, risk === '30 or more' ? newDevice : {}, { at });
  } finally {
    stack.network.failure = undefined;
  }
}

async function audited(answer: HttpAnswer) {
  const { id } = await product.actors.decisionOf(answer);
  const audit = await product.stack.call('GET', `/api/v1/admin/audit?decisionId=${id}`, { as: 'operator' });
  return audit.body['events'].map((event: { message: string; level: string; terminal: boolean }) => [
    event.message,
    event.level,
    event.terminal,
  ]);
}

async function expectLetIn(answer: HttpAnswer, level: 'info' | 'warn'): Promise<void> {
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ mfaRequired: false, requireMFA: false, enrollmentRequired: true });
  expect(answer.body['sessionId']).toMatch(/^ses_/);
  expect(answer.body['mfaSessionId']).toBeUndefined();
  expect(await audited(answer)).toEqual([['MFA skipped: no method enrolled', level, true]]);
}

async function expectRefused(answer: HttpAnswer, code: string, members: readonly string[]): Promise<void> {
  expect(answer.status).toBe(403);
  expect(answer.body['code']).toBe(code);
  expect(answer.body['sessionId']).toBeUndefined();
  const offered = ['enrollmentSessionId', 'enrollmentToken'].filter((name) => name in answer.body);
  expect(offered).toEqual(members);
  expect((await audited(answer))[0]).toEqual(['Sign-in refused: enrollment required', 'info', true]);
}

const ANY_WAY_ON = ['enrollmentSessionId'];

describe('without a method', () => {
  it.each([
    ['below 30', 'info'],
    ['30 or more', 'warn'],
    ['unavailable', 'warn'],
  ] as const)('allow lets in at a score %s, audited at %s', async (risk, level) => {
    await expectLetIn(await signIn('allow', risk), level);
  });

  it('email lets in at a score below 30', async () => {
    await expectLetIn(await signIn('email', 'below 30'), 'info');
  });

  it.each(['30 or more', 'unavailable'] as const)('email wants e-mail proof at a score %s', async (risk) => {
    await expectRefused(await signIn('email', risk), 'email_verification_required', ANY_WAY_ON);
  });

  it('enroll gives the enrolment token at once to a known device with a score below 30', async () => {
    const refused = await signIn('enroll', 'below 30');
    await expectRefused(refused, 'enrollment_required', ['enrollmentSessionId', 'enrollmentToken']);
    expect(refused.body['expiresIn']).toBe(600);
  });

  it.each(['30 or more', 'unavailable'] as const)('enroll gives no token at a score %s', async (risk) => {
    await expectRefused(await signIn('enroll', risk), 'enrollment_required', ANY_WAY_ON);
  });

  it.each(['below 30', '30 or more', 'unavailable'] as const)(
    'deny offers no way on at a score %s',
    async (risk) => {
      await expectRefused(await signIn('deny', risk), 'enrollment_required', []);
    },
  );

  it('a portal wants an enrolment, whatever the score', async () => {
    const { actors } = product;
    const who = await actors.person({ method: false });
    const refused = await actors.check(who, { clientId: 'user-portal' }, { as: 'operator' });
    await expectRefused(refused, 'enrollment_required', ANY_WAY_ON);
  });

  it('smart lets in at a low score without asking for an enrolment', async () => {
    const answer = await product.actors.check(await knownPersonWithoutMethod());
    expect(answer.body).toMatchObject({ mfaRequired: false, requireMFA: false, enrollmentRequired: false });
  });

  it('a sign-in that was let in teaches nothing: the device is as new as before', async () => {
    const { actors } = product;
    const who = await actors.person({ method: false });
    for (let n = 0; n < 2; n += 1) {
      const answer = await actors.check(who);
      expect(answer.body['enrollmentRequired']).toBe(true);
      const { signals } = await actors.decisionOf(answer);
      expect(signals).toContainEqual({ code: 'first_sign_in', points: 30 });
    }
  });

  it('a score of 80 is a block, not an offer to enrol', async () => {
    const { actors, stack } = product;
    const who = await actors.person({ method: false });
    stack.network.set(who.ip, { classes: ['threat_intel'], staleClasses: [] });
    const answer = await actors.check(who);
    expect(answer.status).toBe(403);
    expect(answer.body['error']).toBe('access_denied');
  });
});

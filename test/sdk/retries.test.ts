/** Retries of the SDK on the real product: never do anything twice, and end. */
import { createMfaClient, MfaUnavailableError } from '../../sdk/src/index';
import { createPerson, freshCode, PASSWORD, type Person } from './support/people';
import { browserOf, challenge, check, CREDENTIALS, failureOf, useClient } from './support/setting';

const setting = useClient();

async function decisionsOf({ userId }: Person): Promise<number> {
  const { rows } = await setting.stack.database.pool.query<{ count: number }>(
    'select count(*)::int as count from sign_ins where user_id = $1',
    [userId],
  );
  return rows[0]?.count ?? -1;
}

/** Signed in by password and code, and a payment approved at once. */
async function approvedPayment(who: Person) {
  const browser = browserOf(who);
  const signIn = await setting.mfa.signIn({ login: who.login, password: PASSWORD, ...browser });
  if (!signIn.mfaRequired) throw new Error('no challenge');
  const code = await freshCode(setting.stack, who);
  const { accessToken = '' } = await setting.mfa.verify({
    mfaSessionId: signIn.mfaSessionId,
    method: 'totp',
    code,
  });
  const stepUp = await setting.mfa.stepUp(accessToken, { action: 'payment', context: browser });
  if (stepUp.stepUpRequired) throw new Error('not approved');
  return stepUp.receipt;
}

describe('a retry', () => {
  it('after a lost answer gets the same MFA session, and one decision was made', async () => {
    const who = await createPerson(setting.stack);
    const first = { userId: who.userId, ...browserOf(who) };
    setting.line.spoil('cut');
    const answer = await setting.mfa.checkSignIn(first, { idempotencyKey: `key-${who.login}` });
    expect(setting.line.exchanges.map(({ idempotencyKey }) => idempotencyKey)).toEqual([
      `key-${who.login}`,
      `key-${who.login}`,
    ]);
    expect(await setting.mfa.checkSignIn(first, { idempotencyKey: `key-${who.login}` })).toEqual(answer);
    expect(await decisionsOf(who)).toBe(1);
  });

  it('has a key of its own for each call when none is given', async () => {
    const who = await createPerson(setting.stack);
    setting.line.spoil('cut');
    await check(setting, who);
    await check(setting, who);
    const keys = setting.line.exchanges.map(({ idempotencyKey }) => idempotencyKey);
    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(2);
    expect(await decisionsOf(who)).toBe(2);
  });

  it('of a verify after a lost answer gets the one session, although the code is spent', async () => {
    const who = await createPerson(setting.stack);
    const mfaSessionId = await challenge(setting, who);
    const code = await freshCode(setting.stack, who);
    setting.line.spoil('cut');
    expect(await setting.mfa.verify({ mfaSessionId, method: 'totp', code })).toMatchObject({
      userId: who.userId,
    });
    expect(setting.line.exchanges).toHaveLength(2);
  });

  it('of a redemption after a lost answer is the same redemption, although the receipt is burnt', async () => {
    const who = await createPerson(setting.stack);
    const receipt = await approvedPayment(who);
    setting.line.spoil('cut');
    const redeemed = await setting.mfa.redeem({ receipt, action: 'payment' });
    expect(redeemed).toMatchObject({ valid: true, userId: who.userId });
    expect(setting.line.exchanges).toHaveLength(2);
    expect(await failureOf(setting.mfa.redeem({ receipt, action: 'payment' }))).toMatchObject({
      code: 'receipt_used',
    });
  });

  it('waits as long as Retry-After says, and not at all when that is too long', async () => {
    const who = await createPerson(setting.stack);
    setting.line.spoil({ status: 503, headers: { 'retry-after': '1' } });
    await check(setting, who);
    const [first, second] = setting.line.exchanges;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
    setting.line.spoil({ status: 503, headers: { 'retry-after': '60' } });
    expect(await failureOf(check(setting, who))).toMatchObject({
      name: 'MfaUnavailableError',
      retryAfterSeconds: 60,
    });
    expect(setting.line.exchanges).toHaveLength(1);
  });

  it('is bounded, and then nobody gets in', async () => {
    const who = await createPerson(setting.stack);
    setting.line.spoil('cut', { status: 503 }, 'cut');
    expect(await failureOf(check(setting, who))).toBeInstanceOf(MfaUnavailableError);
    expect(setting.line.exchanges).toHaveLength(3);
  });

  it('is not made of a call that could do something twice', async () => {
    const who = await createPerson(setting.stack);
    const unsafe = [
      () => setting.mfa.signIn({ login: who.login, password: PASSWORD, ...browserOf(who) }),
      () => setting.mfa.reportFailure({ login: who.login, ...browserOf(who) }),
      () => setting.mfa.stepUp('token', { action: 'payment' }),
    ];
    for (const call of unsafe) {
      setting.line.spoil('cut');
      expect(await failureOf(call())).toBeInstanceOf(MfaUnavailableError);
      expect(setting.line.exchanges).toHaveLength(1);
    }
  });

  it('ends a call that hangs after its time', async () => {
    const hanging: typeof fetch = (_url, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
    const client = createMfaClient({
      baseUrl: 'http://hangs.test',
      ...CREDENTIALS,
      fetch: hanging,
      timeoutMs: 20,
      retries: 1,
    });
    expect(await failureOf(client.mfaStatus({ userId: 'usr_x' }))).toBeInstanceOf(MfaUnavailableError);
  });
});

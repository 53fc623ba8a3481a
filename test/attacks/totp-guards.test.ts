/** Guessing: a session survives four wrong answers, an account is slowed down after five, a lane closes for good. */
import { NEW_YORK } from '../support/fake-network';
import { totpCode } from '../support/totp';
import { randomIp, type Person } from '../api/support/actors';
import { wrongCode, wrongCodes } from '../api/support/codes';
import { delayHasPassed } from '../api/support/database-time';
import { attackOn, expectNothingGained, expectOneSuccess, expectRefusal } from './support/aftermath';
import { usePair } from './support/pair';

const product = usePair();

/** Answers with `count` different wrong codes. */
async function guess(who: Person, challenge: { body: Record<string, unknown> }, count: number) {
  const statuses: number[] = [];
  for (const code of wrongCodes(who.totpSecret, count)) {
    const answer = await product.actors.verify(String(challenge.body['mfaSessionId']), code);
    statuses.push(answer.status);
  }
  return statuses;
}

async function failuresOf(who: Person, lane = 'untrusted'): Promise<number | undefined> {
  const { rows } = await product.stack.database.pool.query<{ n: number }>(
    `select consecutive_failures as n from mfa_guards where user_id = $1 and lane = $2`,
    [who.userId, lane],
  );
  return rows[0]?.n;
}

/** As if the account had `failures` wrong answers in a row behind it, the last one long ago. */
async function hasFailed(who: Person, lane: string, failures: number): Promise<void> {
  await product.stack.database.pool.query(
    `insert into mfa_guards (user_id, lane, consecutive_failures) values ($1, $2, $3)
     on conflict (user_id, lane) do update set consecutive_failures = $3, next_try_at = '-infinity'`,
    [who.userId, lane, failures],
  );
}

describe('five wrong answers', () => {
  it('kill the session: the right code is refused, also when the delay has passed', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    const attack = await attackOn(product, who, challenge);
    expect(await guess(who, challenge, 5)).toEqual([401, 401, 401, 401, 401]);
    expectRefusal(await actors.verify(challenge, totpCode(who.totpSecret)), 'too_many_attempts');
    await delayHasPassed(stack.database, who);
    expectRefusal(await actors.verify(challenge, totpCode(who.totpSecret)));
    expect(await actors.decisionOf(challenge)).toMatchObject({ state: 'dead' });
    await expectNothingGained(product, attack, { state: 'dead', attempts: 5 });
    const audit = await actors.auditOf(challenge);
    expect(audit.filter((message) => message === 'MFA verification failed')).toHaveLength(5);
    expect(audit.at(-1)).toBe('MFA session ended: too many wrong answers');
  });

  it('over two sessions slow the account down: a right code in a third is 429 until the delay has passed', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    expect(await guess(who, await actors.check(who), 3)).toEqual([401, 401, 401]);
    const second = await actors.check(who);
    expect(await guess(who, second, 2)).toEqual([401, 401]);
    const third = await actors.check(who);
    const attack = await attackOn(product, who, third);
    for (const challenge of [third, second]) {
      const throttled = await actors.verify(challenge, totpCode(who.totpSecret));
      expectRefusal(throttled, 'too_many_attempts');
      expect(Number(throttled.headers.get('retry-after'))).toBeGreaterThan(20);
      expect(Number(throttled.headers.get('retry-after'))).toBeLessThanOrEqual(30);
    }
    await expectNothingGained(product, attack, { state: 'pending', attempts: 0 });
    await delayHasPassed(stack.database, who);
    expect((await actors.verify(second, totpCode(who.totpSecret))).status).toBe(200);
    await expectOneSuccess(product, { ...attack, challenge: second }, { by: 'totp', attempts: 3 });
  });

  it('are forgotten after a right one', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    await guess(who, await actors.check(who), 4);
    await actors.signInWithMfa(who);
    expect(await failuresOf(who)).toBe(0);
    await actors.forgetSpentCodes(who);
    expect(await guess(who, await actors.check(who), 4)).toEqual([401, 401, 401, 401]);
    await delayHasPassed(stack.database, who);
  });
});

describe('the delay ladder', () => {
  it.each([
    [5, 60],
    [6, 120],
    [9, 960],
    [40, 3_600],
  ])('after failure %i + 1 the next try is %i seconds away', async (failures, seconds) => {
    const { actors } = product;
    const who = await actors.person();
    await hasFailed(who, 'untrusted', failures);
    const challenge = await actors.check(who);
    const attack = await attackOn(product, who, challenge);
    expect((await actors.verify(challenge, wrongCode(who.totpSecret))).status).toBe(401);
    const throttled = await actors.verify(challenge, totpCode(who.totpSecret));
    expect(throttled.status).toBe(429);
    const wait = Number(throttled.headers.get('retry-after'));
    expect(wait).toBeLessThanOrEqual(seconds);
    expect(wait).toBeGreaterThan(seconds - 15);
    await expectNothingGained(product, attack, { state: 'pending', attempts: 1 });
  });

  it('charges nothing while it runs', async () => {
    const { actors } = product;
    const who = await actors.person();
    await guess(who, await actors.check(who), 5);
    const attack = await attackOn(product, who, await actors.check(who));
    expect(await guess(who, attack.challenge, 4)).toEqual([429, 429, 429, 429]);
    expect(await failuresOf(who)).toBe(5);
    await expectNothingGained(product, attack, { state: 'pending', attempts: 0 });
  });
});

describe('the lifetime cap', () => {
  /** The owner on her trusted device at a new address: challenged in the trusted lane. */
  async function challengeOnTrustedDevice(who: Person) {
    const ip = randomIp();
    product.stack.network.set(ip, NEW_YORK);
    const challenge = await product.actors.check(who, { ip });
    expect(challenge.body['mfaRequired']).toBe(true);
    return challenge;
  }

  it('closes the lane of untrusted devices after 90 failures in a row; the trusted device still gets in', async () => {
    const { actors, stack } = product;
    const who = await actors.settledPerson();
    await actors.forgetSpentCodes(who);
    await hasFailed(who, 'untrusted', 89);
    const stranger = { fingerprint: 'stranger', deviceToken: undefined };
    const challenge = await actors.check(who, stranger);
    expect((await actors.verify(challenge, wrongCode(who.totpSecret))).status).toBe(401);
    expect(await failuresOf(who)).toBe(90);
    await delayHasPassed(stack.database, who);
    for (const code of [wrongCode(who.totpSecret), totpCode(who.totpSecret)]) {
      expect((await actors.verify(await actors.check(who, stranger), code)).status).toBe(429);
    }
    expect(await failuresOf(who)).toBe(90);
    const own = await challengeOnTrustedDevice(who);
    expect((await actors.verify(own, totpCode(who.totpSecret))).status).toBe(200);
    // A right answer on the trusted device does not open the other lane again.
    expect(await failuresOf(who)).toBe(90);
  });

  it('closes the lane of trusted devices after 10', async () => {
    const { actors, stack } = product;
    const who = await actors.settledPerson();
    await actors.forgetSpentCodes(who);
    await hasFailed(who, 'trusted', 9);
    const challenge = await challengeOnTrustedDevice(who);
    expect((await actors.verify(challenge, wrongCode(who.totpSecret))).status).toBe(401);
    await delayHasPassed(stack.database, who);
    expect((await actors.verify(challenge, totpCode(who.totpSecret))).status).toBe(429);
    expect(await failuresOf(who, 'trusted')).toBe(10);
  });

  it('of the owner is not touched by the failures of a stranger', async () => {
    const { actors } = product;
    const who = await actors.settledPerson();
    await actors.forgetSpentCodes(who);
    const stranger = await actors.check(who, { fingerprint: 'stranger', deviceToken: undefined });
    await guess(who, stranger, 5);
    expect((await actors.verify(stranger, totpCode(who.totpSecret))).status).toBe(429);
    const own = await challengeOnTrustedDevice(who);
    expect((await actors.verify(own, totpCode(who.totpSecret))).status).toBe(200);
  });
});

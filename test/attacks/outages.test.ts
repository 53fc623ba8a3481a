/** What is broken opens nothing: without a risk source everybody is asked for MFA, without Redis every guard holds. */
import { totpCode } from '../support/totp';
import { triesOf } from '../api/support/backup-codes';
import { wrongCodes } from '../api/support/codes';
import {
  attackOn,
  countOf,
  expectNothingGained,
  expectOneSuccess,
  expectRefusal,
  expectStanding,
  expectStatuses,
  holdingsOf,
} from './support/aftermath';
import { usePair } from './support/pair';

describe('without a risk source', () => {
  const product = usePair();

  it('a trusted device is challenged at every instance, never let in and never a 5xx, until the source is back', async () => {
    const { actors, stack } = product;
    const who = await actors.settledPerson();
    const before = await holdingsOf(product, who);
    stack.network.failure = new Error('broken');
    try {
      const challenges = await Promise.all(Array.from({ length: 8 }, () => actors.check(who)));
      for (const challenge of challenges) {
        expect([challenge.status, challenge.body['mfaRequired']]).toEqual([200, true]);
        await expectStanding(product, challenge, { state: 'pending', attempts: 0 });
      }
      expect(await holdingsOf(product, who)).toEqual(before);
    } finally {
      stack.network.failure = undefined;
    }
    expect((await actors.check(who)).body['mfaRequired']).toBe(false);
  });
});

describe('without Redis', () => {
  const product = usePair({ env: { REDIS_URL: 'redis://127.0.0.1:1' } });

  it('one valid code 30 times over both APIs succeeds exactly once', async () => {
    const { actors } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    const attack = await attackOn(product, who, challenge);
    const code = totpCode(who.totpSecret);
    const answers = await Promise.all(Array.from({ length: 30 }, () => actors.verify(challenge, code)));
    expect(countOf(answers, 200)).toBe(1);
    expectStatuses(answers, 200, 401, 429);
    await expectOneSuccess(product, attack, { by: 'totp' });
  });

  it('60 wrong codes over three sessions: five are judged, and the account waits at either API', async () => {
    const { actors } = product;
    const who = await actors.person();
    const challenges = await Promise.all(Array.from({ length: 3 }, () => actors.check(who)));
    const sessions = challenges.map(({ body }) => String(body['mfaSessionId']));
    const answers = await Promise.all(
      wrongCodes(who.totpSecret, 60).map((code, n) => actors.verify(sessions[n % 3] ?? '', code)),
    );
    expectStatuses(answers, 401, 429);
    expect(await triesOf(product, who)).toBe(5);
    const next = await attackOn(product, who, await actors.check(who));
    for (let n = 0; n < 2; n += 1) {
      const right = await actors.verify(
        String(next.challenge.body['mfaSessionId']),
        totpCode(who.totpSecret),
      );
      expectRefusal(right, 'too_many_attempts');
    }
    await expectNothingGained(product, next, { state: 'pending', attempts: 0 });
  });
});

/** Guessing backup codes: the same five tries as for any method, one slow hash each, and exactly one winner. */
import argon2 from '@node-rs/argon2';
import type { HttpAnswer } from '../support/http-client';
import { totpCode } from '../support/totp';
import type { Person } from '../api/support/actors';
import { answerWithCode, codesFor, spoilt, statusOf, triesOf } from '../api/support/backup-codes';
import { wrongCodes } from '../api/support/codes';
import { delayHasPassed } from '../api/support/database-time';
import {
  attackOn,
  countOf,
  expectNothingGained,
  expectOneSuccess,
  expectRefusal,
  expectStatuses,
  holdingsOf,
} from './support/aftermath';
import { usePair } from './support/pair';

const product = usePair();

const failed = ({ body }: HttpAnswer) => body['code'] === 'verification_failed';

describe('one backup code in parallel', () => {
  it('50 times on one session succeeds exactly once', async () => {
    const who = await product.actors.person();
    const [code] = await codesFor(product, who);
    const challenge = await product.actors.check(who);
    const attack = await attackOn(product, who, challenge);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => answerWithCode(product, challenge, code)),
    );
    expect(countOf(answers, 200)).toBe(1);
    expectStatuses(answers, 200, 401, 429);
    expect(await statusOf(product, who)).toMatchObject({ backupCodesLeft: 9 });
    await expectOneSuccess(product, attack, { by: 'backupCode' });
  });

  it('50 times over 10 sessions of the user succeeds exactly once', async () => {
    const who = await product.actors.person();
    const [code] = await codesFor(product, who);
    const challenges = await Promise.all(Array.from({ length: 10 }, () => product.actors.check(who)));
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => {
        const challenge = challenges[n % challenges.length];
        if (!challenge) throw new Error('no challenge');
        return answerWithCode(product, challenge, code);
      }),
    );
    expect(countOf(answers, 200)).toBe(1);
    expectStatuses(answers, 200, 401, 429);
    expect(await holdingsOf(product, who)).toMatchObject({ sessions: 1, proofs: 1, backupCodesLeft: 9 });
  });

  it('while the set is made anew gets in before, or not at all', async () => {
    const who = await product.actors.person();
    const [code] = await codesFor(product, who);
    const challenge = await product.actors.check(who);
    const [answer] = await Promise.all([answerWithCode(product, challenge, code), codesFor(product, who)]);
    expect([200, 401]).toContain(answer.status);
    const { backupCodesLeft } = await statusOf(product, who);
    expect(backupCodesLeft).toBe(10);
    const again = await answerWithCode(product, await product.actors.check(who), code);
    expect(failed(again)).toBe(true);
  });
});

describe('wrong backup codes', () => {
  it('five kill the session: the right one is refused, also when the delay has passed', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    const [code = ''] = await codesFor(product, who);
    const challenge = await actors.check(who);
    const attack = await attackOn(product, who, challenge);
    for (let n = 1; n <= 5; n += 1) expectRefusal(await answerWithCode(product, challenge, spoilt(code, n)));
    expectRefusal(await answerWithCode(product, challenge, code), 'too_many_attempts');
    await delayHasPassed(stack.database, who);
    expectRefusal(await answerWithCode(product, challenge, code));
    await expectNothingGained(product, attack, { state: 'dead', attempts: 5 });
    expect((await answerWithCode(product, await actors.check(who), code)).status).toBe(200);
  });

  it('share their tries with wrong TOTP codes, within a session and over all of them', async () => {
    const { actors } = product;
    const who = await actors.person();
    const [code = ''] = await codesFor(product, who);
    const [one = '', two = ''] = wrongCodes(who.totpSecret, 2);
    const [first, second] = [await actors.check(who), await actors.check(who)];
    const attack = await attackOn(product, who, first);
    expect(failed(await answerWithCode(product, first, spoilt(code, 1)))).toBe(true);
    expect(failed(await actors.verify(first, one))).toBe(true);
    expect(failed(await answerWithCode(product, second, spoilt(code, 2)))).toBe(true);
    expect(failed(await actors.verify(second, two))).toBe(true);
    expect(failed(await answerWithCode(product, second, spoilt(code, 3)))).toBe(true);
    expect((await answerWithCode(product, second, code)).status).toBe(429);
    expect((await actors.verify(first, totpCode(who.totpSecret))).status).toBe(429);
    expect(await triesOf(product, who)).toBe(5);
    await expectNothingGained(product, attack, { state: 'pending', attempts: 2 });
  });

  it('200 over 10 sessions: no more than five are evaluated', async () => {
    const { actors } = product;
    const who = await actors.person();
    const [code = ''] = await codesFor(product, who);
    const challenges = await Promise.all(Array.from({ length: 10 }, () => actors.check(who)));
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => {
        const challenge = challenges[n % 10];
        if (!challenge) throw new Error('no challenge');
        return answerWithCode(product, challenge, spoilt(code, 1 + (n % 31)));
      }),
    );
    expectStatuses(answers, 401, 429);
    expect(await triesOf(product, who)).toBe(5);
    expect(await holdingsOf(product, who)).toMatchObject({ sessions: 0, proofs: 0, backupCodesLeft: 10 });
  });

  it('cost one slow hash each, as the right one does: wrong, used, of a digit without code, of nobody', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    const [code = '', used = '', gone = ''] = await codesFor(product, who);
    await answerWithCode(product, await actors.check(who), used);
    await stack.database.pool.query(`delete from backup_codes where user_id = $1 and digit = '2'`, [
      who.userId,
    ]);
    const without = await actors.person();
    const tried: [string, Person, string, number][] = [
      ['wrong', who, spoilt(code), 401],
      ['used', who, used, 401],
      ['a digit without code', who, gone, 401],
      ['a user without codes', without, code, 401],
      ['right', who, code, 200],
    ];
    const [hash, verify] = [jest.spyOn(argon2, 'hash'), jest.spyOn(argon2, 'verify')];
    for (const [what, person, typed, status] of tried) {
      const challenge = await actors.check(person);
      verify.mockClear();
      const answer = await answerWithCode(product, challenge, typed);
      expect([what, answer.status]).toEqual([what, status]);
      const parameters = verify.mock.calls.map(([stored]) => String(stored).split('$').slice(1, 4).join(' '));
      expect([what, parameters]).toEqual([what, ['argon2id v=19 m=19456,t=2,p=1']]);
    }
    expect(hash).not.toHaveBeenCalled();
  });
});

/** Parallel answers: one valid code opens one session, and no more guesses are evaluated than allowed. */
import { totpCode } from '../support/totp';
import type { Person } from '../api/support/actors';
import { triesOf } from '../api/support/backup-codes';
import { wrongCodes } from '../api/support/codes';
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

/** Makes the account's guard forget every failure at once, in this file's database only. */
const FORGIVING_GUARD = `
create function forgive() returns trigger language plpgsql as $$
begin
  new.consecutive_failures := 0;
  new.next_try_at := '-infinity';
  return new;
end $$;
create trigger forgiving_guard before insert or update on mfa_guards for each row execute function forgive()`;

describe('answers in parallel', () => {
  const product = usePair();

  async function openSessions(who: Person, count: number) {
    const challenges = await Promise.all(Array.from({ length: count }, () => product.actors.check(who)));
    return Promise.all(challenges.map((challenge) => attackOn(product, who, challenge)));
  }

  it('one valid code 50 times on one session, over two APIs, succeeds exactly once', async () => {
    const { actors } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    const attack = await attackOn(product, who, challenge);
    const code = totpCode(who.totpSecret);
    const answers = await Promise.all(Array.from({ length: 50 }, () => actors.verify(challenge, code)));
    expect(countOf(answers, 200)).toBe(1);
    expectStatuses(answers, 200, 401, 429);
    await expectOneSuccess(product, attack, { by: 'totp' });
  });

  it('one valid code over 15 sessions of the user, over two APIs, succeeds exactly once', async () => {
    const who = await product.actors.person();
    const attacks = await openSessions(who, 15);
    const code = totpCode(who.totpSecret);
    const answers = await Promise.all(
      attacks.map(({ challenge }) => product.actors.verify(String(challenge.body['mfaSessionId']), code)),
    );
    expect(countOf(answers, 200)).toBe(1);
    expectStatuses(answers, 200, 401, 429);
    for (const [n, attack] of attacks.entries())
      if (answers[n]?.status === 200) await expectOneSuccess(product, attack, { by: 'totp', attempts: 1 });
    expect(await holdingsOf(product, who)).toMatchObject({ sessions: 1, proofs: 1, trustedDevices: 1 });
  });

  it('200 wrong codes over 10 sessions: no more than five are evaluated, then the account waits', async () => {
    const { actors } = product;
    const who = await actors.person();
    const attacks = await openSessions(who, 10);
    const codes = wrongCodes(who.totpSecret, 200);
    const answers = await Promise.all(
      codes.map((code, n) => actors.verify(String(attacks[n % 10]?.challenge.body['mfaSessionId']), code)),
    );
    expectStatuses(answers, 401, 429);
    expect(await triesOf(product, who)).toBe(5);
    const next = await attackOn(product, who, await actors.check(who));
    expectRefusal(
      await actors.verify(String(next.challenge.body['mfaSessionId']), totpCode(who.totpSecret)),
      'too_many_attempts',
    );
    await expectNothingGained(product, next, { state: 'pending', attempts: 0 });
  });

  it('50 wrong codes on one session: five are evaluated, and the session is dead', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    const attack = await attackOn(product, who, challenge);
    // Without the account's delay the cap of the session alone has to hold.
    await stack.database.pool.query(FORGIVING_GUARD);
    const answers = await Promise.all(
      wrongCodes(who.totpSecret, 50).map((code) => actors.verify(challenge, code)),
    );
    expectStatuses(answers, 401);
    expect(await triesOf(product, who)).toBe(5);
    await expectNothingGained(product, attack, { state: 'dead', attempts: 5 });
  });
});

/** Parallel answers: one valid code opens one session, and no more guesses are evaluated than allowed. */
import type { HttpAnswer } from '../support/http-client';
import { startStack, type Stack } from '../support/stack';
import { totpCode } from '../support/totp';
import type { Person } from './support/actors';
import { wrongCodes } from './support/codes';
import { useProduct } from './support/product';

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
  const product = useProduct();
  let second: Stack;
  beforeAll(async () => {
    second = await startStack({ beside: product.stack });
  });
  afterAll(() => second.stop());

  const countOf = (answers: readonly HttpAnswer[], status: number) =>
    answers.filter((answer) => answer.status === status).length;
  const openSessions = (who: Person, count: number) =>
    Promise.all(Array.from({ length: count }, () => product.actors.check(who)));

  async function provenSessions(who: Person): Promise<number> {
    const { rows } = await product.stack.database.pool.query<{ n: number }>(
      `select count(*)::int as n from proofs where user_id = $1`,
      [who.userId],
    );
    return rows[0]?.n ?? 0;
  }

  async function evaluated(who: Person): Promise<number> {
    const { rows } = await product.stack.database.pool.query<{ n: number }>(
      `select count(*)::int as n from mfa_attempts a join mfa_sessions s on s.id_hash = a.session_id_hash
       where s.user_id = $1 and a.charged`,
      [who.userId],
    );
    return rows[0]?.n ?? 0;
  }

  it('one valid code 50 times on one session succeeds exactly once', async () => {
    const { actors } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    const code = totpCode(who.totpSecret);
    const answers = await Promise.all(Array.from({ length: 50 }, () => actors.verify(challenge, code)));
    expect(countOf(answers, 200)).toBe(1);
    expect(answers.filter(({ status }) => ![200, 401, 429, 503].includes(status))).toEqual([]);
    expect(await provenSessions(who)).toBe(1);
  });

  it('one valid code over 15 sessions of the user succeeds exactly once', async () => {
    const { actors } = product;
    const who = await actors.person();
    const challenges = await openSessions(who, 15);
    const code = totpCode(who.totpSecret);
    const answers = await Promise.all(challenges.map((challenge) => actors.verify(challenge, code)));
    expect(countOf(answers, 200)).toBe(1);
    expect(await provenSessions(who)).toBe(1);
  });

  it('one valid code on one session over two API instances succeeds exactly once', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    const code = totpCode(who.totpSecret);
    const instances = Array.from({ length: 20 }, (_, n) => (n % 2 ? stack : second));
    const answers = await Promise.all(instances.map((via) => actors.verify(challenge, code, { via })));
    expect(countOf(answers, 200)).toBe(1);
  });

  it('one valid code over sessions of two API instances succeeds exactly once', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    const challenges = [
      ...(await openSessions(who, 5)),
      ...(await Promise.all(Array.from({ length: 5 }, () => actors.check(who, {}, { via: second })))),
    ];
    const code = totpCode(who.totpSecret);
    const answers = await Promise.all(
      challenges.map((challenge, n) => actors.verify(challenge, code, { via: n % 2 ? stack : second })),
    );
    expect(countOf(answers, 200)).toBe(1);
    expect(await provenSessions(who)).toBe(1);
  });

  it('200 wrong codes over 10 sessions: no more than five are evaluated, then the account waits', async () => {
    const { actors } = product;
    const who = await actors.person();
    const challenges = await openSessions(who, 10);
    const codes = wrongCodes(who.totpSecret, 200);
    const answers = await Promise.all(
      codes.map((code, n) => actors.verify(challenges[n % 10]?.body['mfaSessionId'], code)),
    );
    expect(answers.filter(({ status }) => ![401, 429, 503].includes(status))).toEqual([]);
    expect(await evaluated(who)).toBe(5);
    const right = await actors.verify(await actors.check(who), totpCode(who.totpSecret));
    expect(right.status).toBe(429);
  });

  it('50 wrong codes on one session: five are evaluated, and the session is dead', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    // Without the account's delay the cap of the session alone has to hold.
    await stack.database.pool.query(FORGIVING_GUARD);
    const answers = await Promise.all(
      wrongCodes(who.totpSecret, 50).map((code) => actors.verify(challenge, code)),
    );
    expect(answers.filter(({ status }) => ![401, 503].includes(status))).toEqual([]);
    expect(await evaluated(who)).toBe(5);
    expect(await actors.decisionOf(challenge)).toMatchObject({ state: 'dead' });
  });
});

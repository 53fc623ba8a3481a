/** Changes of password that meet each other, an answer, or a sign-in under way. */
import { totpCode } from '../support/totp';
import { randomName, type Person } from './support/actors';
import { passwordPerson, passwordSignIn, signInByPassword } from './support/directory';
import { createPasswordActs } from './support/password-acts';
import { until } from './support/patience';
import { useProduct } from './support/product';

const product = useProduct({ env: { LOGIN_ATTEMPTS_PER_MINUTE: '100000' } });
const { sql, change, isAlive, hashOf, withoutFactor } = createPasswordActs(product);

async function liveSessionsOf({ userId }: Person): Promise<string[]> {
  const live = 'select id from sessions where user_id = $1 and revoked_at is null';
  return (await sql<{ id: string }>(live, userId)).rows.map(({ id }) => id);
}

describe('races', () => {
  it('of eight changes at once in several sessions exactly one wins, and its password is the one', async () => {
    const who = await passwordPerson(product);
    const tokens = [await signInByPassword(product, who), await signInByPassword(product, who)];
    const chosen = Array.from({ length: 8 }, () => `walnut ${randomName()} lantern`);
    const answers = await Promise.all(
      chosen.map((newPassword, n) => change(tokens[n % 2]?.accessToken ?? '', { newPassword })),
    );
    const won = answers.findIndex(({ status }) => status === 204);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array<number>(7).fill(401)]);
    expect((await passwordSignIn(product, who, { password: chosen[won] })).status).toBe(200);
    const changed = `select 1 from audit_events where user_id = $1 and type = 'user.password_changed'`;
    expect((await sql(changed, who.userId)).rowCount).toBe(1);
    const alive = await Promise.all(tokens.map(({ accessToken }) => isAlive(accessToken)));
    expect(alive).toEqual([won % 2 === 0, won % 2 === 1]);
  });

  it('of a change and a right code for an open challenge, no session of the challenge survives', async () => {
    const who = await passwordPerson(product);
    const own = await signInByPassword(product, who);
    const challenge = await passwordSignIn(product, who);
    await product.actors.forgetSpentCodes(who);
    const [changed] = await Promise.all([
      change(own.accessToken),
      product.actors.verify(challenge, totpCode(who.totpSecret)),
    ]);
    expect(changed.status).toBe(204);
    expect(await liveSessionsOf(who)).toEqual([own.sessionId]);
  });

  it('of a change and an answer that is being completed, the session that the answer opens is ended', async () => {
    const who = await passwordPerson(product);
    const own = await signInByPassword(product, who);
    await passwordSignIn(product, who);
    const completing = await product.stack.database.pool.connect();
    try {
      await completing.query('begin');
      await completing.query(
        `select 1 from mfa_sessions where user_id = $1 and state = 'pending' for update`,
        [who.userId],
      );
      const changing = change(own.accessToken);
      const waiting = () =>
        sql(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
      expect((await until(waiting, ({ rowCount }) => rowCount === 1)).rowCount).toBe(1);
      await completing.query(
        `insert into sessions (id, user_id, client_id, decision_id)
         select $1, user_id, client_id, decision_id from mfa_sessions where user_id = $2 and state = 'pending'`,
        [randomName(), who.userId],
      );
      await completing.query('commit');
      expect((await changing).status).toBe(204);
    } finally {
      completing.release();
    }
    expect(await liveSessionsOf(who)).toEqual([own.sessionId]);
  });

  it.each([
    ['challenged', true],
    ['let in', false],
  ])('a sign-in %s while the password is being changed is undone', async (_name, hasFactor) => {
    const who = hasFactor ? await passwordPerson(product) : (await withoutFactor()).who;
    const [from, before] = [await hashOf(who), await liveSessionsOf(who)];
    // Another change commits between the check of the password and the answer.
    await sql(`create function change_during_decision() returns trigger language plpgsql as $$
      begin
        update users set password_hash = '$argon2id$other' where id = new.user_id;
        return new;
      end $$`);
    await sql(`create trigger change_during_decision before insert on sign_ins for each row
      when (new.user_id = '${who.userId}') execute function change_during_decision()`);
    try {
      expect((await passwordSignIn(product, who)).body['code']).toBe('sign_in_failed');
    } finally {
      await sql('drop trigger change_during_decision on sign_ins');
      await sql('drop function change_during_decision');
    }
    expect(await hashOf(who)).not.toBe(from);
    const open = await sql(`select 1 from mfa_sessions where user_id = $1 and state = 'pending'`, who.userId);
    expect(open.rowCount).toBe(0);
    expect(await liveSessionsOf(who)).toEqual(before);
  });
});

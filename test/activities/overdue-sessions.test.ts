/** Sessions whose workflow was lost are ended by the sweeper: by the clock of Postgres, once, with their audit event. */
import { totpCode } from '../support/totp';
import { sweep } from '../../worker/sweeper';
import { sessionsEndIn } from '../api/support/database-time';
import { useProduct } from '../api/support/product';

describe('the sweeper', () => {
  const product = useProduct();

  it('expires a session past its deadline, with one terminal event, however many workers sweep', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    await sessionsEndIn(stack.database, who, -1);
    await Promise.all([sweep(stack.deps, 0), sweep(stack.deps, 0), sweep(stack.deps, 0)]);
    expect(await actors.decisionOf(challenge)).toMatchObject({ state: 'expired' });
    const audit = await actors.auditOf(challenge);
    expect(audit.filter((message) => message === 'MFA session expired')).toHaveLength(1);
    expect((await actors.verify(challenge, totpCode(who.totpSecret))).status).toBe(401);
  });

  it('leaves open sessions, and overdue ones within the grace of their own timer', async () => {
    const { actors, stack } = product;
    const [open, overdue] = [await actors.person(), await actors.person()];
    const [one, other] = [await actors.check(open), await actors.check(overdue)];
    await sessionsEndIn(stack.database, overdue, -5);
    await sweep(stack.deps, 20);
    expect(await actors.decisionOf(one)).toMatchObject({ state: 'challenged' });
    expect(await actors.decisionOf(other)).toMatchObject({ state: 'challenged' });
    expect((await actors.verify(one, totpCode(open.totpSecret))).status).toBe(200);
  });

  it('forgets failures and idempotency keys that no window looks at any more, and no others', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    await actors.fail(who, 2);
    const { pool } = stack.database;
    await pool.query(`insert into idempotency_keys (key_hash, body_hash) values ('old', ''), ('new', '')`);
    await pool.query(
      `update sign_in_failures set at = now() - interval '3 hours' where id = (select min(id) from sign_in_failures)`,
    );
    await pool.query(
      `update idempotency_keys set created_at = now() - interval '25 hours' where key_hash = 'old'`,
    );
    await sweep(stack.deps, 0);
    const left = await pool.query(
      `select (select count(*) from sign_in_failures)::int as failures,
         (select count(*) from idempotency_keys where key_hash in ('old', 'new'))::int as keys`,
    );
    expect(left.rows).toEqual([{ failures: 1, keys: 1 }]);
  });
});

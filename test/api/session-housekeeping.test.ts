/** Sessions in numbers: a user has a bounded number of live ones, and past ones are let lie, then deleted. */
import { sweep } from '../../worker/sweeper';
import { totpCode } from '../support/totp';
import { passwordPerson, passwordSignIn, signInByPassword } from './support/directory';
import { useProduct } from './support/product';

const product = useProduct();
const sql = (text: string, ...values: unknown[]) => product.stack.database.pool.query(text, values);

/** Copies of the user's only session, live or past. */
const copies = (userId: string, count: number, expiresAt: string) =>
  sql(
    `insert into sessions (id, user_id, client_id, decision_id, created_at, expires_at)
     select 'ses_' || n || substr(id, 5, 12), user_id, client_id, decision_id || n,
       created_at - make_interval(secs => n), ${expiresAt}
     from sessions, generate_series(1, $2::int) n where user_id = $1`,
    userId,
    count,
  );

describe('a user', () => {
  it('has at most 100 live sessions: the oldest makes room', async () => {
    const who = await passwordPerson(product);
    await signInByPassword(product, who);
    await copies(who.userId, 99, `now() + interval '1 hour'`);
    const live = () =>
      sql(
        `select id from sessions where user_id = $1 and revoked_at is null order by created_at`,
        who.userId,
      );
    const before = (await live()).rows;
    expect(before).toHaveLength(100);
    const newest = await signInByPassword(product, who);
    const after = (await live()).rows;
    expect(after).toEqual([...before.slice(1), { id: newest.sessionId }]);
  });

  it('whose access ends has events for the sessions that lived, not for those long past', async () => {
    const who = await passwordPerson(product);
    await signInByPassword(product, who);
    await copies(who.userId, 50, `now() - interval '1 day'`);
    await product.stack.call('POST', `/api/v1/admin/users/${who.userId}/disable`, { as: 'operator' });
    const ended = await sql(
      `select 1 from audit_events where user_id = $1 and type = 'session.ended'`,
      who.userId,
    );
    expect(ended.rowCount).toBe(1);
  });
});

describe('sessions that ended 30 days ago', () => {
  it('are deleted, later ones are kept', async () => {
    const who = await passwordPerson(product);
    await signInByPassword(product, who);
    await copies(who.userId, 1, `now() - interval '29 days'`);
    await sql(
      `update sessions set expires_at = now() - interval '31 days' where user_id = $1 and expires_at > now()`,
      who.userId,
    );
    await sweep({ pool: product.stack.database.pool, logger: product.stack.deps.logger });
    const { rows } = await sql(
      `select expires_at < now() as past from sessions where user_id = $1`,
      who.userId,
    );
    expect(rows).toEqual([{ past: true }]);
  });
});

describe('a challenge that is open while the policy is edited', () => {
  it('cannot be finished when the new policy would have blocked its sign-in', async () => {
    const at = await product.actors.application();
    const who = await product.actors.person();
    const challenged = await product.actors.check(who, {}, { at });
    const { riskScore } = await product.actors.decisionOf(challenged);
    expect(riskScore).toBeGreaterThan(0);
    await product.stack.call('PATCH', `/api/v1/applications/${at.clientId}`, {
      as: 'operator',
      body: { settings: { mfaThreshold: 1, blockThreshold: riskScore } },
    });
    expect((await product.actors.verify(challenged, totpCode(who.totpSecret))).status).toBe(401);
    await product.stack.call('POST', '/api/v1/auth/mfa/session/cancel', {
      body: { mfaSessionId: challenged.body['mfaSessionId'] },
    });
  });

  it('is finished as ever when the new policy would challenge, too', async () => {
    const who = await passwordPerson(product);
    const at = await product.actors.application();
    const challenged = await product.actors.check(who, {}, { at });
    await product.stack.call('PATCH', `/api/v1/applications/${at.clientId}`, {
      as: 'operator',
      body: { mfaPolicy: 'always' },
    });
    expect((await product.actors.verify(challenged, totpCode(who.totpSecret))).status).toBe(200);
    expect((await passwordSignIn(product, who)).body['mfaRequired']).toBe(true);
  });
});

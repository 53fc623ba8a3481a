/** A policy edit reaches the sessions that are open: kept, asked for fresh MFA, or ended. */
import { totpCode } from '../support/totp';
import type { Application, Person } from './support/actors';
import { until } from './support/patience';
import { useProduct } from './support/product';

const product = useProduct();

const patch = async ({ clientId }: Application, body: object) => {
  const changed = await product.stack.call('PATCH', `/api/v1/applications/${clientId}`, {
    as: 'operator',
    body,
  });
  expect(changed.status).toBe(200);
};

async function letIn(who: Person, at: Application, change: object = {}): Promise<string> {
  const { body } = await product.actors.check(who, change, { at });
  expect(body['mfaRequired']).toBe(false);
  return body['sessionId'];
}

const look = async (at: Application, id: string) => {
  const { clientId: as, clientSecret } = at;
  return (await product.stack.call('GET', `/api/v1/sessions/${id}`, { as, clientSecret })).body;
};

/** The session once it is judged by the newest policy. */
async function judged(at: Application, id: string) {
  await until(
    async () => {
      const { rows } = await product.stack.database.pool.query(
        `select s.revoked_at is not null or s.policy_version = a.version as judged
         from sessions s join applications a using (client_id) where s.id = $1`,
        [id],
      );
      return rows[0]?.judged;
    },
    (done) => done === true,
  );
  const { active, stepUpRequired } = await look(at, id);
  return { active, stepUpRequired };
}

describe('a session that is open when the policy changes', () => {
  it('owes fresh MFA when MFA is now always required and it never had any', async () => {
    const at = await product.actors.application({ mfaPolicy: 'never' });
    const who = await product.actors.person();
    const id = await letIn(who, at);
    await patch(at, { mfaPolicy: 'always' });
    expect(await judged(at, id)).toEqual({ active: true, stepUpRequired: true });
  });

  it('is let off by a step-up in it', async () => {
    const at = await product.actors.application({ mfaPolicy: 'never' });
    const who = await product.actors.person();
    const id = await letIn(who, at);
    await patch(at, { mfaPolicy: 'always' });
    await judged(at, id);
    const claims = { subject: who.userId, clientId: at.clientId, scope: '', sid: id };
    const token = await product.stack.deps.tokens.signAccessToken(claims);
    const { fingerprint, ip } = who;
    const challenged = await product.stack.call('POST', '/api/v1/auth/mfa/step-up', {
      headers: { authorization: `Bearer ${token}` },
      body: { action: 'payment', context: { ip, fingerprint, userAgent: 'Mozilla/5.0 Firefox/140.0' } },
    });
    expect(challenged.body['stepUpRequired']).toBe(true);
    expect((await product.actors.verify(challenged, totpCode(who.totpSecret))).status).toBe(200);
    expect(await look(at, id)).toMatchObject({ active: true, stepUpRequired: false });
    // A later change of the same kind asks nothing more of it: MFA was proven.
    await patch(at, { settings: { blockOnCritical: true } });
    expect(await judged(at, id)).toEqual({ active: true, stepUpRequired: false });
  });

  it('is kept when MFA was proven in it', async () => {
    const at = await product.actors.application({ mfaPolicy: 'smart' });
    const { body } = await product.actors.signInWithMfa(await product.actors.person(), {}, { at });
    await patch(at, { mfaPolicy: 'always' });
    expect(await judged(at, body['sessionId'])).toEqual({ active: true, stepUpRequired: false });
  });

  it('is kept when its risk was low enough for the new policy', async () => {
    const at = await product.actors.application({ mfaPolicy: 'never' });
    const id = await letIn(await product.actors.settledPerson(), at);
    await patch(at, { mfaPolicy: 'smart' });
    expect(await judged(at, id)).toEqual({ active: true, stepUpRequired: false });
  });

  it('ends when the new policy would have blocked its sign-in', async () => {
    const at = await product.actors.application({ mfaPolicy: 'never' });
    const who = await product.actors.settledPerson();
    // Known by nothing, and a program: far above the block threshold.
    const unknown = { fingerprint: 'new', deviceToken: undefined, ip: '203.0.113.9', userAgent: 'curl/8.0' };
    await product.actors.fail(who, 6, unknown);
    const id = await letIn(who, at, unknown);
    const { rows } = await product.stack.database.pool.query(
      `select risk_score as score from sign_ins where session_id = $1`,
      [id],
    );
    await patch(at, { settings: { blockOnCritical: true, mfaThreshold: 1, blockThreshold: rows[0]?.score } });
    expect(await judged(at, id)).toEqual({ active: false, stepUpRequired: false });
  });

  it('ends when its user has no method to prove anything with and the application demands one', async () => {
    const at = await product.actors.application({ mfaPolicy: 'never' });
    const id = await letIn(await product.actors.person({ method: false }), at);
    await patch(at, { mfaPolicy: 'always', settings: { whenNoMethod: 'enroll' } });
    expect(await judged(at, id)).toMatchObject({ active: false });
  });

  it('has the new limits', async () => {
    const at = await product.actors.application({ mfaPolicy: 'never' });
    const id = await letIn(await product.actors.person(), at);
    await patch(at, { settings: { sessionMaxHours: 1 } });
    await judged(at, id);
    const { createdAt, expiresAt } = await look(at, id);
    expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(3_600_000);
  });

  it('of another application is not touched', async () => {
    const at = await product.actors.application({ mfaPolicy: 'never' });
    const other = await product.actors.application({ mfaPolicy: 'never' });
    const who = await product.actors.person();
    const [here, there] = [await letIn(who, at), await letIn(who, other)];
    await patch(at, { mfaPolicy: 'always' });
    expect(await judged(at, here)).toMatchObject({ stepUpRequired: true });
    expect(await look(other, there)).toMatchObject({ active: true, stepUpRequired: false });
  });

  it('is judged with many others, each exactly once', async () => {
    const at = await product.actors.application({ mfaPolicy: 'never' });
    const id = await letIn(await product.actors.person(), at);
    // More than a batch of every lane.
    await product.stack.database.pool.query(
      `with copies as (
         insert into sign_ins (id, workflow_id, user_id, client_id, organization_id, policy, policy_version, outcome,
           reason, risk_score, assessment, enrollment, session_id_hash, state)
         select 'dec_copy-' || n, 'copy-' || n, user_id, client_id, organization_id, policy, policy_version, outcome,
           reason, risk_score, assessment, enrollment, 'copy-' || n, 'allowed'
         from sign_ins, generate_series(1, 1200) n where session_id = $1 returning id, user_id, client_id)
       insert into sessions (id, user_id, client_id, decision_id, policy_version)
       select replace(id, 'dec_', 'ses_'), user_id, client_id, id, 1 from copies`,
      [id],
    );
    await patch(at, { mfaPolicy: 'always' });
    const counts = await until(
      async () => {
        const { rows } = await product.stack.database.pool.query(
          `select count(*) filter (where step_up_after is not null)::int as owing, count(*)::int as all
           from sessions where client_id = $1`,
          [at.clientId],
        );
        return rows[0];
      },
      ({ owing, all }) => owing === all,
    );
    expect(counts).toEqual({ owing: 1_201, all: 1_201 });
    const { rows } = await product.stack.database.pool.query(
      `select count(*)::int as events, count(distinct decision_id)::int as sessions from audit_events
       where client_id = $1 and type = 'session.step_up_required'`,
      [at.clientId],
    );
    expect(rows).toEqual([{ events: 1_201, sessions: 1_201 }]);
    // The copies are no sign-ins of anybody; the check of the audit trail must not find them.
    await product.stack.database.pool.query(`delete from sessions where decision_id like 'dec_copy-%'`);
    await product.stack.database.pool.query(`delete from sign_ins where id like 'dec_copy-%'`);
  });
});

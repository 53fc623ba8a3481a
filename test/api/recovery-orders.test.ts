/** What administrators do about recoveries and blocks: release, refuse, extend; each within his organization. */
import { relayStarts } from '../../worker/start-relay';
import { createTemporalClient } from '../../runtime/temporal-connection';
import { sweep } from '../../worker/sweeper';
import type { HttpAnswer } from '../support/http-client';
import type { Person } from './support/actors';
import { passwordSignIn } from './support/directory';
import { noticesTo } from './support/notices';
import { until } from './support/patience';
import { personWithRoles, signedInAs } from './support/portals';
import { useProduct } from './support/product';
import { blockedSignIn, createRecoveryActs, farAway, recoverablePerson } from './support/recovery';
import { secondOrganization } from './support/second-organization';

const product = useProduct({ env: { LOGIN_ATTEMPTS_PER_MINUTE: '100000' } });
const { sql, post, ask, codesOf, caseOf, stateOf, confirmed } = createRecoveryActs(product);
const ADMIN = '/api/v1/admin';

const asOperator = (method: string, path: string) =>
  product.stack.call(method, ADMIN + path, { as: 'operator' });
const idOf = async (asked: HttpAnswer) => (await caseOf(asked))?.id ?? '';
const order = async (asked: HttpAnswer, kind: string) =>
  asOperator('POST', `/recoveries/${await idOf(asked)}/${kind}`);

async function openCase(change: object = {}) {
  const who = await recoverablePerson(product);
  const asked = await ask(who.login, change);
  const [code = ''] = await codesOf(who);
  return { who, asked, code, confirm: () => post(`/${asked.body['recoveryId']}/confirm`, { code }) };
}

/** Whether the owner is told of the release, and from where the blocked sign-in came. */
async function ownerHears(who: Person): Promise<boolean> {
  const told = (await noticesTo(product, who)).filter(({ kind }) => kind === 'block_released');
  return told.length === 1 && told[0]?.text?.includes('Where: Japan') === true;
}

describe('an administrator', () => {
  it('refuses a recovery: the right code is worth nothing any more', async () => {
    const { asked, confirm } = await openCase();
    expect((await order(asked, 'refuse')).status).toBe(202);
    expect((await confirm()).status).toBe(401);
    expect(await stateOf(asked, 'refused')).toBe('refused');
    expect((await order(asked, 'refuse')).body['code']).toBe('recovery_ended');
  });

  it('refuses at once, although the workflow has not heard of it', async () => {
    const { asked, confirm } = await openCase();
    await sql(
      `insert into recovery_orders (case_id, kind, ordered_by) values ($1, 'refuse', 'test')`,
      await idOf(asked),
    );
    expect((await confirm()).status).toBe(401);
  });

  it('extends a step by 15 minutes, four times', async () => {
    const { asked } = await openCase();
    const ends = async () => {
      const { rows } = await sql<{ seconds: number; extensions: number }>(
        `select extract(epoch from step_expires_at - created_at)::int as seconds, extensions
         from recovery_cases where id = $1`,
        await idOf(asked),
      );
      return rows[0];
    };
    for (let n = 1; n <= 4; n += 1) {
      await order(asked, 'extend');
      expect(await until(ends, (row) => row?.extensions === n)).toEqual({
        seconds: 600 + n * 900,
        extensions: n,
      });
    }
    await order(asked, 'extend');
    const pending = () =>
      sql(`select 1 from recovery_orders where applied_at is null and ordered_by = 'operator'`);
    await until(pending, ({ rowCount }) => rowCount === 0);
    expect(await ends()).toEqual({ seconds: 4_200, extensions: 4 });
  });

  it('releases the block of a recovery at once; the password stays, and MFA is needed', async () => {
    const who = await recoverablePerson(product);
    const away = farAway(product, who);
    const asked = await ask(who.login, { decisionId: await blockedSignIn(product, away) });
    expect((await order(asked, 'release')).status).toBe(202);
    const challenged = await until(
      () => passwordSignIn(product, away),
      ({ status }) => status === 200,
    );
    expect(challenged.body['mfaRequired']).toBe(true);
    expect(await stateOf(asked, 'code_sent')).toBe('code_sent');
    expect(await ownerHears(who)).toBe(true);
  });

  it('has nothing to release where no blocked sign-in was named', async () => {
    const { asked } = await openCase();
    expect((await order(asked, 'release')).body['code']).toBe('not_releasable');
  });

  it('releases a block by its decision, once it is one by risk and of the last day', async () => {
    const who = await recoverablePerson(product);
    const away = farAway(product, who);
    const decisionId = await blockedSignIn(product, away);
    const released = await asOperator('POST', `/decisions/${decisionId}/release`);
    expect([released.status, released.body]).toEqual([200, { blockWaivedFor: 900 }]);
    expect((await passwordSignIn(product, away)).body['mfaRequired']).toBe(true);
    const audit = await asOperator('GET', `/audit?decisionId=${decisionId}&type=block.released`);
    expect(audit.body['events']).toHaveLength(1);
    expect(await ownerHears(who)).toBe(true);

    const allowed = await passwordSignIn(product, who);
    const refused = await asOperator('POST', `/decisions/${allowed.body['decisionId']}/release`);
    expect(refused.body['code']).toBe('not_releasable');
    await sql(`update sign_ins set created_at = now() - interval '25 hours' where id = $1`, decisionId);
    const late = await asOperator('POST', `/decisions/${decisionId}/release`);
    expect(late.body['code']).toBe('not_releasable');
  });

  it('sees the cases of his organization, newest first, without a secret', async () => {
    const { who, asked } = await openCase();
    const listed = await asOperator('GET', `/recoveries?userId=${who.userId}&open=true`);
    expect(listed.body['recoveries']).toEqual([
      expect.objectContaining({ id: await idOf(asked), userId: who.userId, state: 'code_sent', attempts: 0 }),
    ]);
    expect(listed.text).not.toContain(asked.body['recoveryId']);
    await order(asked, 'refuse');
    await stateOf(asked, 'refused');
    const open = await asOperator('GET', `/recoveries?userId=${who.userId}&open=true`);
    expect(open.body['recoveries']).toEqual([]);
  });
});

describe('the right to order', () => {
  it('ends at the organization, and at mightier accounts', async () => {
    const { asked } = await openCase();
    const second = await secondOrganization(product);
    for (const kind of ['refuse', 'extend', 'release'])
      expect((await second.call('POST', `${ADMIN}/recoveries/${await idOf(asked)}/${kind}`)).status).toBe(
        404,
      );
    const decisionId = await blockedSignIn(product, farAway(product, await recoverablePerson(product)));
    expect((await second.call('POST', `${ADMIN}/decisions/${decisionId}/release`)).status).toBe(404);

    const mighty = await personWithRoles(product, ['platform-admin']);
    const theirs = await ask(mighty.login);
    await codesOf(mighty);
    const admin = await signedInAs(product, 'org-admin');
    const path = `${ADMIN}/recoveries/${await idOf(theirs)}/extend`;
    expect((await admin.call('POST', path)).status).toBe(403);
    expect((await admin.call('POST', `${ADMIN}/recoveries/${await idOf(asked)}/extend`)).status).toBe(202);
    const developer = await signedInAs(product, 'developer');
    expect((await developer.call('GET', `${ADMIN}/recoveries`)).status).toBe(403);
  });
});

describe('a recovery under faults', () => {
  it('asked for while Temporal is away is answered alike, and goes on when it is back', async () => {
    const { deps, config, database } = product.stack;
    const who = await recoverablePerson(product);
    const start = jest.spyOn(deps.temporal, 'start').mockResolvedValue(false);
    const asked = await ask(who.login);
    start.mockRestore();
    expect(asked.status).toBe(202);
    expect((await caseOf(asked))?.state).toBe('requested');
    const client = createTemporalClient(config, deps.keys);
    const taskQueue = config.DECISIONS_TASK_QUEUE;
    await relayStarts({ pool: database.pool, logger: deps.logger, client, taskQueue }, 0);
    await client.connection.close();
    expect(await codesOf(who)).toHaveLength(1);
  });

  it('whose workflow is lost is ended by the sweeper when its step is due, with its audit event', async () => {
    const { deps, config, database } = product.stack;
    const { who, asked } = await openCase();
    const client = createTemporalClient(config, deps.keys);
    await client.workflow.getHandle(`recover-account/${await idOf(asked)}`).terminate();
    await client.connection.close();
    await sql(`update recovery_cases set step_expires_at = clock_timestamp() where user_id = $1`, who.userId);
    await sweep({ pool: database.pool, logger: deps.logger }, 0);
    expect((await caseOf(asked))?.state).toBe('expired');
    const audit = await asOperator('GET', `/audit?userId=${who.userId}&type=recovery.expired`);
    expect(audit.body['events']).toHaveLength(1);
  });

  it('ends in Temporal, too, once it has ended', async () => {
    const { deps, config } = product.stack;
    const who = await recoverablePerson(product);
    const recoveryId = await confirmed(who);
    await post(`/${recoveryId}/reset`, { newPassword: 'quiet lantern over walnut' });
    const { rows } = await sql<{ id: string }>(
      `select id from recovery_cases where user_id = $1`,
      who.userId,
    );
    const client = createTemporalClient(config, deps.keys);
    const handle = client.workflow.getHandle(`recover-account/${rows[0]?.id}`);
    expect(await handle.result()).toEqual({ outcome: 'completed' });
    await client.connection.close();
  });
});

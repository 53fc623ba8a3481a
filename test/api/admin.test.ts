/** Decisions and audit for administrators: filtered, by pages without gaps, within one organization. */
import type { Person } from './support/actors';
import { randomName } from './support/actors';
import { useProduct } from './support/product';
import { secondOrganization } from './support/second-organization';

const product = useProduct();
const get = (path: string, as = 'operator') => product.stack.call('GET', `/api/v1/admin/${path}`, { as });

/** Every item over all pages, and how many pages there were. */
async function walk(path: string, items: 'decisions' | 'events'): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = [];
  for (let pages = 1, cursor = ''; ; pages += 1) {
    const page = await get(`${path}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    expect(page.status).toBe(200);
    ids.push(...page.body[items].map(({ id }: { id: string }) => id));
    if (page.body['nextCursor'] === null) return { ids, pages };
    cursor = page.body['nextCursor'];
  }
}

async function newestFirst(sql: string, values: unknown[]): Promise<string[]> {
  const { rows } = await product.stack.database.pool.query<{ id: string }>(sql, values);
  return rows.map(({ id }) => id);
}

async function manySignIns(count: number): Promise<Person> {
  const who = await product.actors.person();
  for (let n = 0; n < count; n += 1) await product.actors.check(who);
  return who;
}

describe('the list of decisions', () => {
  it('is newest first, and every decision is on exactly one page', async () => {
    const who = await manySignIns(7);
    const { ids, pages } = await walk(`decisions?limit=2&userId=${who.userId}`, 'decisions');
    expect(ids).toEqual(
      await newestFirst(`select id from sign_ins where user_id = $1 order by created_at desc, id desc`, [
        who.userId,
      ]),
    );
    expect(pages).toBe(4);
  });

  it('loses none of several decisions within one millisecond', async () => {
    const who = await manySignIns(6);
    await product.stack.database.pool.query(
      `update sign_ins set created_at = timestamptz '2026-01-01 00:00:00.123' + n * interval '100 microseconds'
       from (select id as sign_in, row_number() over () as n from sign_ins where user_id = $1) numbered
       where id = sign_in`,
      [who.userId],
    );
    const { ids } = await walk(`decisions?limit=1&userId=${who.userId}`, 'decisions');
    expect(new Set(ids).size).toBe(6);
  });

  it('is filtered by outcome, user, application and time', async () => {
    const who = await product.actors.settledPerson();
    const at = await product.actors.application({ mfaPolicy: 'always' });
    await product.actors.check(who, {}, { at });
    const outcomes = async (query: string) =>
      (await get(`decisions?userId=${who.userId}&${query}`)).body['decisions'].map(
        ({ outcome }: { outcome: string }) => outcome,
      );
    expect(await outcomes('outcome=allow')).toEqual(['allow', 'allow']);
    expect(await outcomes('outcome=challenge')).toEqual(['challenge', 'challenge']);
    expect(await outcomes('outcome=block')).toEqual([]);
    expect(await outcomes(`clientId=${at.clientId}`)).toEqual(['challenge']);
    const [past, future] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 3_600_000)];
    expect(await outcomes(`from=${past.toISOString()}&to=${future.toISOString()}`)).toHaveLength(4);
    expect(await outcomes(`from=${future.toISOString()}`)).toEqual([]);
    expect(await outcomes(`to=${past.toISOString()}`)).toEqual([]);
  });

  it.each([
    'outcome=maybe',
    'userId=x',
    'from=yesterday',
    'cursor=!!',
    'cursor=AAAA',
    'limit=1000',
    'nonsense=1',
    'userId=usr_AAAAAAAAAAAAAAAAAAAAAA&userId=usr_AAAAAAAAAAAAAAAAAAAAAA',
  ])('refuses the query %s', async (query) => {
    expect((await get(`decisions?${query}`)).status).toBe(400);
  });
});

describe('a decision', () => {
  it('tells what was decided and why, and where its flow is', async () => {
    const who = await product.actors.person();
    const decision = await product.actors.decisionOf(await product.actors.check(who));
    expect(decision).toMatchObject({
      userId: who.userId,
      clientId: 'demo-shop',
      policy: 'smart',
      policyVersion: 1,
      outcome: 'challenge',
      blocked: false,
      reason: 'risk_score',
      riskScore: 30,
      signals: [{ code: 'first_sign_in', points: 30 }],
      state: 'challenged',
      endedAt: null,
    });
    expect(decision['workflowId']).toMatch(/^sign-in\//);
  });

  it('that is unknown is 404, one with an id of another form 400', async () => {
    expect((await get('decisions/dec_AAAAAAAAAAAAAAAAAAAAAA')).status).toBe(404);
    expect((await get('decisions/x')).status).toBe(400);
  });
});

describe('the audit trail', () => {
  it('is newest first, and every event is on exactly one page', async () => {
    const who = await manySignIns(8);
    const { ids } = await walk(`audit?limit=3&userId=${who.userId}`, 'events');
    expect(ids).toHaveLength(17);
    expect(ids).toEqual(
      await newestFirst(`select e.id from audit_events e where user_id = $1 order by e.id desc`, [
        who.userId,
      ]),
    );
  });

  it('is filtered by user, application, type, decision and time', async () => {
    const who = await product.actors.person();
    const answer = await product.actors.check(who);
    const events = async (query: string) =>
      (await get(`audit?${query}`)).body['events'].map(({ message }: { message: string }) => message);
    expect(await events(`userId=${who.userId}&type=mfa.session.created`)).toEqual(['MFA session created']);
    expect(await events(`decisionId=${answer.body['decisionId']}`)).toHaveLength(2);
    expect(await events(`userId=${who.userId}&clientId=operator`)).toEqual(['User created']);
    const future = new Date(Date.now() + 3_600_000).toISOString();
    expect(await events(`userId=${who.userId}&from=${future}`)).toEqual([]);
    expect(await events(`userId=${who.userId}&to=${future}`)).toHaveLength(3);
  });

  it.each(['cursor=x', 'cursor=-1', `cursor=${'9'.repeat(19)}`, 'from=x', 'type=%00', 'userId='])(
    'refuses the query %s',
    async (query) => {
      expect((await get(`audit?${query}`)).status).toBe(400);
    },
  );

  it('cannot be changed or emptied in the database', async () => {
    await manySignIns(1);
    const { pool } = product.stack.database;
    for (const statement of [
      `update audit_events set message = 'x'`,
      'delete from audit_events',
      'truncate audit_events',
    ]) {
      await expect(pool.query(statement)).rejects.toThrow('INSERT-only');
    }
  });
});

describe('the admin pages', () => {
  it('are closed to clients without the scope', async () => {
    for (const path of ['decisions', 'audit', 'decisions/dec_AAAAAAAAAAAAAAAAAAAAAA']) {
      expect((await get(path, 'demo-shop')).body['code']).toBe('forbidden');
      expect((await product.stack.call('GET', `/api/v1/admin/${path}`)).status).toBe(401);
    }
  });

  it('show the own organization only', async () => {
    const who = await product.actors.person();
    const answer = await product.actors.check(who);
    const second = await secondOrganization(product);
    await second.call('POST', '/api/v1/users', { login: randomName() });
    const foreign = await second.call('GET', `/api/v1/admin/decisions/${answer.body['decisionId']}`);
    expect(foreign.status).toBe(404);
    expect((await second.call('GET', '/api/v1/admin/decisions')).body['decisions']).toEqual([]);
    expect((await second.call('GET', `/api/v1/admin/audit?userId=${who.userId}`)).body['events']).toEqual([]);
    const own = await second.call('GET', '/api/v1/admin/audit');
    expect(own.body['events'].map(({ message }: { message: string }) => message)).toEqual(['User created']);
  });
});

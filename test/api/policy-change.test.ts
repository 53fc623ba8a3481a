/** A policy change is in force at once; the cache spares reads and is never believed over the database. */
import type { Application, Person } from './support/actors';
import { persistently, until } from './support/patience';
import { useProduct } from './support/product';

const product = useProduct();

const patch = ({ clientId }: Application, body: object, headers: Record<string, string> = {}) =>
  product.stack.call('PATCH', `/api/v1/applications/${clientId}`, { as: 'operator', body, headers });

async function needsMfa(who: Person, at: Application): Promise<boolean> {
  const answer = await product.actors.check(who, {}, { at });
  expect(answer.status).toBe(200);
  return answer.body['mfaRequired'];
}

const cacheKey = ({ clientId }: Application) => `mfa_policy:${clientId}`;

describe('a PATCH of the policy', () => {
  it('is in force for the very next sign-in, every time', async () => {
    const who = await product.actors.settledPerson();
    const at = await product.actors.application({ mfaPolicy: 'smart' });
    for (const [mfaPolicy, expected] of [
      ['always', true],
      ['never', false],
      ['always', true],
      ['smart', false],
    ] as const) {
      expect((await patch(at, { mfaPolicy })).status).toBe(200);
      expect(await needsMfa(who, at)).toBe(expected);
      expect(await needsMfa(who, at)).toBe(expected);
    }
  });

  it('evicts the cached policy, which otherwise lives at most 300 seconds', async () => {
    const { redis } = product.stack.deps;
    const who = await product.actors.settledPerson();
    const at = await product.actors.application();
    const ttl = await until(
      async () => {
        await needsMfa(who, at);
        return persistently(() => redis.ttl(cacheKey(at)));
      },
      (seconds) => seconds > 0,
    );
    expect(ttl).toBeGreaterThan(0);
    expect(ttl).toBeLessThanOrEqual(300);
    const left = await until(
      async () => {
        await patch(at, { mfaPolicy: 'always' });
        return persistently(() => redis.exists(cacheKey(at)));
      },
      (count) => count === 0,
    );
    expect(left).toBe(0);
  });

  it('of a setting replaces that setting and leaves the others', async () => {
    const at = await product.actors.application({ settings: { mfaThreshold: 40, trustDevice: 'ask' } });
    const changed = await patch(at, { settings: { mfaThreshold: 50 } });
    expect(changed.body['settings']).toMatchObject({ mfaThreshold: 50, trustDevice: 'ask' });
    expect(changed.body['mfaPolicy']).toBe('smart');
  });

  it('is audited with who changed what to what', async () => {
    const at = await product.actors.application();
    await patch(at, { mfaPolicy: 'never' });
    const audit = await product.stack.call('GET', `/api/v1/admin/audit?clientId=${at.clientId}`, {
      as: 'operator',
    });
    expect(audit.body['events'][0]).toMatchObject({
      message: 'Application policy changed',
      policy: 'never',
      details: { by: 'operator', from: 'smart', to: 'never', version: 2 },
    });
  });
});

describe('a cached policy', () => {
  it.each([
    ['of an old version', JSON.stringify({ version: 1, mfaPolicy: 'never', settings: {} })],
    ['of a version that never was', JSON.stringify({ version: 999, mfaPolicy: 'never', settings: {} })],
    ['that is no JSON', 'never'],
    ['that is empty', ''],
    ['that is null', 'null'],
    ['that is a list', '[]'],
    ['with an unknown policy', JSON.stringify({ version: 2, mfaPolicy: 'off', settings: {} })],
    [
      'with broken settings',
      JSON.stringify({ version: 2, mfaPolicy: 'never', settings: { mfaThreshold: 'x' } }),
    ],
    ['with a version in words', JSON.stringify({ version: '2', mfaPolicy: 'never', settings: {} })],
  ])('%s is not believed', async (_name, junk) => {
    const who = await product.actors.settledPerson();
    const at = await product.actors.application();
    await patch(at, { mfaPolicy: 'always' });
    await persistently(() => product.stack.deps.redis.set(cacheKey(at), junk));
    expect(await needsMfa(who, at)).toBe(true);
  });

  it('of another Redis type is not believed', async () => {
    const who = await product.actors.settledPerson();
    const at = await product.actors.application();
    await patch(at, { mfaPolicy: 'always' });
    await persistently(() => product.stack.deps.redis.del(cacheKey(at)));
    await persistently(() => product.stack.deps.redis.hset(cacheKey(at), 'version', '1'));
    expect(await needsMfa(who, at)).toBe(true);
  });

  it('of the right version cannot loosen the policy', async () => {
    const who = await product.actors.settledPerson();
    const at = await product.actors.application({ mfaPolicy: 'always' });
    const forged = JSON.stringify({ version: 1, mfaPolicy: 'never', settings: {} });
    await persistently(() => product.stack.deps.redis.set(cacheKey(at), forged));
    expect(await needsMfa(who, at)).toBe(true);
  });
});

describe('a policy that cannot be read', () => {
  it('counts as always: MFA, and no way in without a method', async () => {
    const who = await product.actors.settledPerson();
    const at = await product.actors.application({ mfaPolicy: 'never' });
    const broken = JSON.stringify({ mfaThreshold: 'broken' });
    const { pool } = product.stack.database;
    await pool.query(`update applications set settings = $2 where client_id = $1`, [at.clientId, broken]);
    await persistently(() => product.stack.deps.redis.del(cacheKey(at)));
    const answer = await product.actors.check(who, {}, { at });
    expect(answer.body['mfaRequired']).toBe(true);
    expect(await product.actors.decisionOf(answer)).toMatchObject({
      reason: 'policy_unavailable',
      policy: 'always',
    });
    expect((await product.actors.auditOf(answer))[0]).toBe('MFA required: policy unavailable');
    const bare = await product.actors.check(await product.actors.person({ method: false }), {}, { at });
    expect(bare.body['code']).toBe('enrollment_required');
  });
});

describe('If-Match', () => {
  it('of the current version lets the change through; the ETag moves on', async () => {
    const at = await product.actors.application();
    const read = await product.stack.call('GET', `/api/v1/applications/${at.clientId}`, { as: 'operator' });
    const etag = read.headers.get('etag') ?? '';
    const changed = await patch(at, { mfaPolicy: 'always' }, { 'if-match': etag });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
    expect((await patch(at, { mfaPolicy: 'never' }, { 'if-match': etag })).status).toBe(412);
    expect(
      (await patch(at, { mfaPolicy: 'never' }, { 'if-match': `"0", ${changed.headers.get('etag')}` })).status,
    ).toBe(200);
    expect((await patch(at, { mfaPolicy: 'smart' }, { 'if-match': '*' })).status).toBe(200);
  });

  it.each(['"999"', 'garbage', 'W/"1"'])(
    'of another version (%s) is 412 and changes nothing',
    async (tag) => {
      const at = await product.actors.application();
      const refused = await patch(at, { mfaPolicy: 'never' }, { 'if-match': tag });
      expect(refused.status).toBe(412);
      expect(refused.body['code']).toBe('version_conflict');
      const read = await product.stack.call('GET', `/api/v1/applications/${at.clientId}`, { as: 'operator' });
      expect(read.body).toMatchObject({ mfaPolicy: 'smart', version: 1 });
    },
  );
});

/** Applications: registered once, listed by pages, changed by their own organization only. */
import { DEFAULT_LIKELIHOOD_THRESHOLDS } from '../../domain/risk/settings';
import { PORTAL_CLIENT_IDS } from '../../domain/policy/policy';
import { randomName } from './support/actors';
import { useProduct } from './support/product';
import { secondOrganization } from './support/second-organization';

const product = useProduct();
const PATH = '/api/v1/applications';

const call = (method: string, path: string, body?: object) =>
  product.stack.call(method, path, { as: 'operator', ...(body && { body }) });
const create = (body: object) => call('POST', PATH, { name: 'App', ...body });

describe('a registered application', () => {
  it('gets a secret of 256 bits, shown once and stored as a digest', async () => {
    const clientId = randomName();
    const created = await create({ clientId });
    expect(created.status).toBe(201);
    const { clientSecret, ...rest } = created.body;
    expect(Buffer.from(clientSecret, 'base64url')).toHaveLength(32);
    expect(rest).toMatchObject({ id: clientId, clientId, mfaPolicy: 'smart', portal: false, version: 1 });
    const read = await call('GET', `${PATH}/${clientId}`);
    expect(read.body).toEqual(rest);
    expect(read.headers.get('etag')).toBe('"1"');
    const { rows } = await product.stack.database.pool.query(
      `select row_to_json(a)::text as row from applications a where client_id = $1`,
      [clientId],
    );
    expect(rows[0].row).not.toContain(clientSecret);
  });

  it('can ask about its sign-ins at once', async () => {
    const at = await product.actors.application();
    expect((await product.actors.check(await product.actors.person(), {}, { at })).status).toBe(200);
  });

  it('gets a client id when it names none', async () => {
    expect((await create({})).body['clientId']).toMatch(/^[a-z][a-z0-9-]{2,62}$/);
  });

  it('has the documented defaults', async () => {
    expect((await create({})).body['settings']).toEqual({
      ipMatch: 'exact',
      blockOnCritical: false,
      whenNoMethod: 'allow',
      trustDevice: 'auto',
      mfaThreshold: 30,
      blockThreshold: 80,
      ...{ weights: {}, stepUpActions: {}, riskModel: 'rules' },
      likelihoodThresholds: DEFAULT_LIKELIHOOD_THRESHOLDS,
      ...{ sessionIdleMinutes: 60, sessionMaxHours: 24, pushNumberDigits: 2 },
    });
  });

  it('is not created twice, by any organization, nor in the name of a portal', async () => {
    const clientId = randomName();
    expect((await create({ clientId })).status).toBe(201);
    const second = await secondOrganization(product);
    for (const taken of [clientId, ...PORTAL_CLIENT_IDS]) {
      expect((await create({ clientId: taken })).body['code']).toBe('client_id_taken');
      const foreign = await second.call('POST', PATH, { clientId: taken, name: 'x' });
      expect(foreign.body['code']).toBe('client_id_taken');
    }
  });
});

describe('the settings of an application', () => {
  it.each([
    ['an unknown name', { nonsense: 1 }],
    ['ipMatch', { ipMatch: 'fuzzy' }],
    ['blockOnCritical', { blockOnCritical: 'yes' }],
    ['whenNoMethod', { whenNoMethod: 'ignore' }],
    ['trustDevice', { trustDevice: true }],
    ['mfaThreshold', { mfaThreshold: 0 }],
    ['blockThreshold', { blockThreshold: 101 }],
    ['thresholds the wrong way round', { mfaThreshold: 90, blockThreshold: 80 }],
    ['a fraction', { mfaThreshold: 30.5 }],
    ['a number in words', { mfaThreshold: '30' }],
    ['an unknown weight', { weights: { nonsense: 1 } }],
    ['a negative weight', { weights: { new_device: -1 } }],
    ['a list of weights', { weights: [] }],
    ['an action beyond 1800 s', { stepUpActions: { pay: { maxAge: 1_801 } } }],
    ['riskModel', { riskModel: 'magic' }],
  ])('refuse %s, when created and when changed', async (_name, settings) => {
    const { clientId } = await product.actors.application();
    for (const refused of [
      await create({ settings }),
      await call('PATCH', `${PATH}/${clientId}`, { settings }),
    ]) {
      expect(refused.status).toBe(400);
      expect(refused.body['code']).toBe('invalid_request');
    }
    expect((await call('GET', `${PATH}/${clientId}`)).body['version']).toBe(1);
  });

  it('refuse an unknown policy, an empty change and an unknown property', async () => {
    const { clientId } = await product.actors.application();
    for (const body of [
      { mfaPolicy: 'off' },
      {},
      { clientId: 'x' },
      { scopes: ['everything'] },
      { portal: true },
    ]) {
      expect((await call('PATCH', `${PATH}/${clientId}`, body)).status).toBe(400);
    }
  });
});

describe('a change of an application', () => {
  it('20 times at once loses none: each one counted, or refused as a conflict', async () => {
    const { clientId } = await product.actors.application();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => call('PATCH', `${PATH}/${clientId}`, { name: `name-${n}` })),
    );
    const changed = answers.filter(({ status }) => status === 200).length;
    expect(answers.filter(({ status }) => ![200, 412].includes(status))).toEqual([]);
    expect((await call('GET', `${PATH}/${clientId}`)).body['version']).toBe(1 + changed);
  });
});

describe('an application of another organization', () => {
  it('is unknown: reading, changing, listing, naming it in a sign-in', async () => {
    const { clientId } = await product.actors.application();
    const second = await secondOrganization(product);
    for (const answer of [
      await second.call('GET', `${PATH}/${clientId}`),
      await second.call('PATCH', `${PATH}/${clientId}`, { mfaPolicy: 'never' }),
      await second.call('PATCH', `${PATH}/user-portal`, { mfaPolicy: 'never' }),
      await second.call('GET', `${PATH}/no-such-application`),
    ]) {
      expect(answer.status).toBe(404);
      expect(answer.body['code']).toBe('application_not_found');
    }
    const { body } = await second.call('GET', PATH);
    expect(body['applications'].map((app: { clientId: string }) => app.clientId)).not.toContain(clientId);
    const { userId } = await product.actors.person();
    const foreign = await second.call('POST', '/api/v1/auth/mfa/status/check', {
      userId,
      clientId,
      ip: '192.0.2.1',
      userAgent: 'x',
      fingerprint: 'f',
    });
    expect(foreign.body['code']).toBe('application_not_found');
  });
});

describe('the list of applications', () => {
  it('is walked page by page, every application once, without secrets', async () => {
    for (let n = 0; n < 5; n += 1) await product.actors.application();
    const first = await call('GET', `${PATH}?limit=200`);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await call('GET', `${PATH}?limit=4${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.body['applications'].map((app: { clientId: string }) => app.clientId));
      cursor = page.body['nextCursor'];
    }
    expect(seen.sort()).toEqual(
      first.body['applications'].map((app: { clientId: string }) => app.clientId).sort(),
    );
    expect(first.text).not.toMatch(/secret/i);
  });

  it('says that portals always need MFA', async () => {
    const { body } = await call('GET', `${PATH}?limit=200`);
    const portals = body['applications'].filter(({ portal }: { portal: boolean }) => portal);
    expect(portals.map(({ mfaPolicy }: { mfaPolicy: string }) => mfaPolicy)).toEqual(Array(4).fill('always'));
  });
});

describe('a client without scope for applications', () => {
  it('is 403', async () => {
    for (const [method, path] of [
      ['GET', PATH],
      ['POST', PATH],
      ['GET', `${PATH}/demo-shop`],
      ['PATCH', `${PATH}/demo-shop`],
    ] as const) {
      expect((await product.stack.call(method, path, { as: 'demo-shop' })).body['code']).toBe('forbidden');
    }
  });
});

describe('naming another application in a sign-in', () => {
  it('needs the scope of a gateway; without a name the sign-in is the caller’s own', async () => {
    const who = await product.actors.person();
    const named = await product.actors.check(who, { clientId: 'user-portal' });
    expect(named.body['code']).toBe('forbidden');
    const own = await product.actors.check(who, { clientId: 'demo-shop' });
    expect((await product.actors.decisionOf(own))['clientId']).toBe('demo-shop');
    const gateway = await product.actors.check(who, { clientId: 'demo-shop' }, { as: 'operator' });
    expect((await product.actors.decisionOf(gateway))['clientId']).toBe('demo-shop');
    const nobody = await product.actors.check(who, { clientId: 'nobody-at-all' }, { as: 'operator' });
    expect(nobody.status).toBe(404);
  });
});

/** Users: created once, listed by pages, seen by their own organization only. */
import { totpCode } from '../support/totp';
import { randomName, randomSeed } from './support/actors';
import { useProduct } from './support/product';

const product = useProduct();
const UNKNOWN_ID = 'usr_AAAAAAAAAAAAAAAAAAAAAA';

const create = (body: object) => product.stack.call('POST', '/api/v1/users', { as: 'operator', body });
const get = (path: string) => product.stack.call('GET', `/api/v1/users${path}`, { as: 'operator' });

describe('a created user', () => {
  it('is answered with everything but her secrets, and can be read again', async () => {
    const login = randomName();
    const input = {
      login,
      email: `${login}@example.org`,
      externalId: login,
      roles: ['user'],
      groups: ['a', 'b'],
    };
    const created = await create({ ...input, password: 'correct horse', totpSecret: randomSeed() });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ ...input, status: 'active' });
    expect(created.body['id']).toMatch(/^usr_[A-Za-z0-9_-]{22}$/);
    expect(created.body['userId']).toBe(created.body['id']);
    expect(Object.keys(created.body).filter((name) => /password|totp|secret|hash/i.test(name))).toEqual([]);
    const read = await get(`/${created.body['id']}`);
    expect(read.body).toEqual(created.body);
  });

  it('has her TOTP seed in force at once', async () => {
    const who = await product.actors.person();
    expect((await product.actors.signInWithMfa(who)).status).toBe(200);
  });

  it.each([
    [
      'lower case and spaces',
      (seed: string) =>
        seed
          .toLowerCase()
          .replace(/(.{4})/g, '$1 ')
          .trim(),
    ],
    ['dashes and padding', (seed: string) => `${seed.slice(0, 16)}-${seed.slice(16)}====`],
  ])('may have a seed written with %s', async (_name, write) => {
    const [login, totpSecret] = [randomName(), randomSeed()];
    const created = await create({ login, totpSecret: write(totpSecret) });
    expect(created.status).toBe(201);
    const who = { userId: created.body['id'], login, totpSecret, fingerprint: 'f', ip: '192.0.2.1' };
    const challenge = await product.actors.check(who);
    expect((await product.actors.verify(challenge, totpCode(totpSecret))).status).toBe(200);
  });

  it('keeps her seed sealed and her password hashed', async () => {
    const [login, totpSecret] = [randomName(), randomSeed()];
    const { body } = await create({ login, totpSecret, password: 'correct horse' });
    const { pool } = product.stack.database;
    const { rows } = await pool.query(
      `select u.password_hash, encode(t.sealed_seed, 'escape') as seed
       from users u join totp_authenticators t on t.user_id = u.id where u.id = $1`,
      [body['id']],
    );
    expect(rows[0].password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(rows[0].seed).not.toContain(totpSecret);
  });

  it('is audited without her secrets', async () => {
    const { body } = await create({ login: randomName(), totpSecret: randomSeed() });
    const audit = await product.stack.call('GET', `/api/v1/admin/audit?userId=${body['id']}`, {
      as: 'operator',
    });
    expect(audit.body['events']).toEqual([
      expect.objectContaining({
        message: 'User created',
        clientId: 'operator',
        details: { by: 'operator', methods: ['totp'] },
      }),
    ]);
  });
});

describe('creating a user', () => {
  it('with a login that is taken, in any case of letters, is 409', async () => {
    const login = randomName();
    expect((await create({ login })).status).toBe(201);
    const taken = await create({ login: login.toUpperCase() });
    expect(taken.status).toBe(409);
    expect(taken.body['code']).toBe('login_taken');
  });

  it('with an external id that is taken is 409', async () => {
    const externalId = randomName();
    await create({ login: randomName(), externalId });
    expect((await create({ login: randomName(), externalId })).status).toBe(409);
  });

  it('20 times at once with one login creates one', async () => {
    const login = randomName();
    const answers = await Promise.all(Array.from({ length: 20 }, () => create({ login })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(409)]);
  });

  it.each([
    ['a seed that is no Base32', { totpSecret: '1'.repeat(32) }],
    ['a seed that is too short', { totpSecret: 'GEZDGNBVGY3TQOI' }],
    ['a seed of 65 bytes', { totpSecret: 'A'.repeat(104) }],
    ['password and passwordHash', { password: 'correct horse', passwordHash: 'x' }],
    ['a hash that is not argon2id', { passwordHash: '$2b$12$abcdefghijklmnopqrstuv' }],
    ['an e-mail address that is none', { email: 'nobody' }],
    ['an empty login', { login: '' }],
    ['51 roles', { roles: Array<string>(51).fill('r') }],
  ])('with %s is a bad request', async (_name, body) => {
    const refused = await create({ login: randomName(), ...body });
    expect(refused.status).toBe(400);
    expect(refused.body['code']).toBe('invalid_request');
  });

  it('with a good argon2id hash is fine', async () => {
    const passwordHash =
      '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b27Lwe0cdFhJHzd4Kd9v5p7TTA';
    expect((await create({ login: randomName(), passwordHash })).status).toBe(201);
  });
});

describe('the list of users', () => {
  it('is walked page by page, every user once', async () => {
    for (let n = 0; n < 7; n += 1) await create({ login: randomName() });
    const { pool } = product.stack.database;
    const { rows } = await pool.query<{ id: string }>(`select id from users`);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await get(`?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(page.status).toBe(200);
      seen.push(...page.body['users'].map(({ id }: { id: string }) => id));
      cursor = page.body['nextCursor'];
    }
    expect(seen.sort()).toEqual(rows.map(({ id }) => id).sort());
  });

  it('is filtered by login in any case of letters, and by external id', async () => {
    const [login, externalId] = [randomName(), randomName()];
    const { body } = await create({ login, externalId });
    for (const query of [`login=${login.toUpperCase()}`, `externalId=${externalId}`]) {
      expect((await get(`?${query}`)).body['users']).toEqual([body]);
    }
    expect((await get('?login=nobody-at-all')).body).toEqual({ users: [], nextCursor: null });
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'limit=1&limit=2', 'cursor=x', 'unknown=1', 'login=%00'])(
    'refuses the query %s',
    async (query) => {
      expect((await get(`?${query}`)).status).toBe(400);
    },
  );
});

describe('an unknown user', () => {
  it('is 404 for an authenticated client', async () => {
    expect((await get(`/${UNKNOWN_ID}`)).body['code']).toBe('user_not_found');
    const who = { ...(await product.actors.person()), userId: UNKNOWN_ID };
    expect((await product.actors.check(who)).body['code']).toBe('user_not_found');
  });
});

describe('a client without scope for users', () => {
  it('is 403, for reading and writing', async () => {
    for (const [method, path] of [
      ['GET', '/api/v1/users'],
      ['GET', `/api/v1/users/${UNKNOWN_ID}`],
      ['POST', '/api/v1/users'],
      ['POST', '/api/v1/users/import'],
    ] as const) {
      const refused = await product.stack.call(method, path, { as: 'demo-shop' });
      expect(refused.body['code']).toBe('forbidden');
    }
  });
});

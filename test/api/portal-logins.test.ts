/** Portals take logins of every organization; other applications those of their own. */
import { randomName } from './support/actors';
import { PASSWORD, passwordSignIn } from './support/directory';
import { atPortal, personWithRoles, portalSignIn } from './support/portals';
import { useProduct } from './support/product';
import { secondOrganization, type SecondOrganization } from './support/second-organization';

const product = useProduct({ env: { LOGIN_ATTEMPTS_PER_MINUTE: '8' } });
const FIRST = 'org_AAAAAAAAAAAAAAAAAAAAAA';
let second: SecondOrganization;
beforeAll(async () => {
  second = await secondOrganization(product);
});

type Create = SecondOrganization['call'];
const operator: Create = (method, path, body) => product.stack.call(method, path, { as: 'operator', body });

async function withLogin(create: Create, login: string, password = PASSWORD) {
  const created = await create('POST', '/api/v1/users', { login, password });
  expect(created.status).toBe(201);
  return { userId: String(created.body['id']), login, fingerprint: randomName() };
}

const failed = async (answer: Promise<{ status: number; body: Record<string, unknown> }>) => {
  const { status, body } = await answer;
  const { requestId, ...rest } = body;
  expect(typeof requestId).toBe('string');
  return { status, body: rest };
};

describe('a login at a portal', () => {
  it('of another organization works when that is named, in any case', async () => {
    const who = await personWithRoles(product, ['org-admin'], second.call);
    const admin = await atPortal(product, { ...who, login: who.login.toUpperCase() }, 'org-portal');
    expect((await admin.call('GET', `/api/v1/users/${who.userId}`)).status).toBe(200);
  });

  it("without an organization means a user of the portal's own, whoever else has the login", async () => {
    const login = randomName();
    const own = await withLogin(operator, login, 'the password of the first');
    await withLogin(second.call, login);
    expect((await portalSignIn(product, own)).status).toBe(401);
    const answer = await portalSignIn(product, own, { password: 'the password of the first' });
    expect(answer.body['code']).toBe('enrollment_required');
  });

  it('that only others have is answered as one that nobody has: no tenant learns of the logins of another', async () => {
    const who = await withLogin(second.call, randomName());
    const elsewhere = await failed(portalSignIn(product, who));
    const unknown = await failed(portalSignIn(product, { ...who, login: randomName() }));
    expect(elsewhere).toEqual(unknown);
    expect(elsewhere.body['code']).toBe('sign_in_failed');
  });

  it('with an organization means a user of that one only', async () => {
    const who = await withLogin(second.call, randomName());
    const accepted = await portalSignIn(product, who, { organizationId: second.id });
    expect(accepted.body['code']).toBe('enrollment_required');
    for (const organizationId of [FIRST, 'org_ZZZZZZZZZZZZZZZZZZZZZZ']) {
      expect((await portalSignIn(product, who, { organizationId })).body['code']).toBe('sign_in_failed');
    }
  });

  it('is slowed down whatever organization the tries name', async () => {
    const who = await withLogin(second.call, randomName());
    const statuses: number[] = [];
    for (let n = 0; n < 10; n += 1) {
      const organizationId = [FIRST, second.id, 'org_ZZZZZZZZZZZZZZZZZZZZZZ'][n % 3];
      const change = n % 4 === 0 ? {} : { organizationId };
      statuses.push((await portalSignIn(product, who, { password: 'wrong', ...change })).status);
    }
    expect(statuses).toEqual([...Array<number>(8).fill(401), 429, 429]);
    expect((await portalSignIn(product, who)).status).toBe(429);
  });

  it('that failed is counted for the user whom it meant', async () => {
    const who = await withLogin(second.call, randomName());
    await portalSignIn(product, who, { password: 'wrong', organizationId: second.id });
    const { pool } = product.stack.database;
    const failures = await pool.query(`select 1 from sign_in_failures where user_id = $1`, [who.userId]);
    expect(failures.rowCount).toBe(1);
  });
});

describe('a login at another application', () => {
  it('means a user of its own organization, whatever the body names', async () => {
    const { login } = await withLogin(second.call, randomName());
    const who = { ...(await product.actors.person()), login };
    expect((await passwordSignIn(product, who)).body['code']).toBe('sign_in_failed');
    const named = await passwordSignIn(product, who, { organizationId: second.id });
    expect([named.status, named.body['code']]).toEqual([403, 'forbidden']);
    const own = await passwordSignIn(product, who, { organizationId: FIRST });
    expect(own.body['code']).toBe('sign_in_failed');
  });
});

describe('a failure reported at a portal', () => {
  const report = (call: Create, body: object) =>
    call('POST', '/api/v1/auth/attempts', {
      clientId: 'user-portal',
      ip: '192.0.2.7',
      fingerprint: 'f',
      userAgent: 'x',
      outcome: 'failure',
      ...body,
    });
  const failuresOf = async (userId: string) => {
    const { pool } = product.stack.database;
    return (await pool.query(`select 1 from sign_in_failures where user_id = $1`, [userId])).rowCount;
  };

  it("counts for a user of any organization whom the portal's own gateway names", async () => {
    const { userId } = await withLogin(second.call, randomName());
    expect((await report(operator, { userId })).status).toBe(202);
    expect(await failuresOf(userId)).toBe(1);
  });

  it("counts for nobody of another organization when a tenant's gateway reports it", async () => {
    const { userId, login } = await withLogin(operator, randomName());
    expect((await report(second.call, { login })).status).toBe(202);
    expect((await report(second.call, { userId })).body['code']).toBe('user_not_found');
    expect(await failuresOf(userId)).toBe(0);
  });
});

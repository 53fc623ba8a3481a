/** Changing and deleting users over the API. */
import { totpCode } from '../support/totp';
import { randomName, type Person } from './support/actors';
import { passwordPerson, passwordSignIn, signInByPassword } from './support/directory';
import { useProduct } from './support/product';
import { secondOrganization } from './support/second-organization';
import { endOfWorkflow } from './support/workflows';

const product = useProduct();
const path = ({ userId }: Person) => `/api/v1/users/${userId}`;
const call = (method: string, who: Person, body?: object) =>
  product.stack.call(method, path(who), { as: 'operator', ...(body && { body }) });
const sessionsOf = async (accessToken: string) => {
  const headers = { authorization: `Bearer ${accessToken}` };
  return (await product.stack.call('GET', '/api/v1/auth/sessions', { headers })).status;
};

describe('a change of a user', () => {
  it('touches the fields given and no others; null takes address and external id away', async () => {
    const who = await product.actors.person({ email: 'a@example.org' });
    const externalId = randomName();
    const changed = await call('PATCH', who, { externalId, groups: ['staff'] });
    expect(changed.body).toMatchObject({
      login: who.login,
      email: 'a@example.org',
      externalId,
      groups: ['staff'],
    });
    const cleared = await call('PATCH', who, { email: null, externalId: null });
    expect(cleared.body).toMatchObject({ email: null, externalId: null, groups: ['staff'] });
    expect((await call('GET', who)).body).toEqual(cleared.body);
  });

  it('is refused as a whole when the login or the external id is taken, or a field is not as documented', async () => {
    const [who, other] = [await product.actors.person(), await product.actors.person()];
    const externalId = randomName();
    await call('PATCH', other, { externalId });
    for (const body of [
      { login: other.login.toUpperCase(), groups: ['x'] },
      { externalId, groups: ['x'] },
    ]) {
      const refused = await call('PATCH', who, body);
      expect([refused.status, refused.body['code']]).toEqual([409, 'login_taken']);
    }
    for (const body of [
      {},
      { login: '' },
      { login: null },
      { email: 'x' },
      { status: 'disabled' },
      { password: 'short' },
    ]) {
      expect((await call('PATCH', who, body)).status).toBe(400);
    }
    expect((await call('GET', who)).body).toMatchObject({ login: who.login, groups: [] });
  });

  it('of the password ends every session and open challenge; the old password is worth nothing', async () => {
    const who = await passwordPerson(product);
    const session = await signInByPassword(product, who);
    const challenge = await passwordSignIn(product, { ...who, fingerprint: 'elsewhere' });
    await product.actors.forgetSpentCodes(who);
    const password = 'another battery, another staple';
    expect((await call('PATCH', who, { password })).status).toBe(200);
    expect(await sessionsOf(session.accessToken)).toBe(401);
    expect((await product.actors.verify(challenge, totpCode(who.totpSecret))).status).toBe(401);
    expect(await endOfWorkflow(product, challenge)).toBe('COMPLETED');
    expect((await passwordSignIn(product, who)).body['code']).toBe('sign_in_failed');
    expect((await passwordSignIn(product, who, { password })).status).toBe(200);
  });

  it('of anything else leaves the user signed in', async () => {
    const who = await passwordPerson(product);
    const session = await signInByPassword(product, who);
    await call('PATCH', who, {
      login: randomName(),
      email: 'b@example.org',
      groups: ['x'],
      roles: ['label'],
    });
    expect(await sessionsOf(session.accessToken)).toBe(200);
  });

  it('is audited with who did it and which fields, never with their values', async () => {
    const who = await product.actors.person();
    const email = `${randomName()}@example.org`;
    await call('PATCH', who, { email, password: 'a secret of some length', roles: ['label'] });
    const audit = await product.stack.call(
      'GET',
      `/api/v1/admin/audit?userId=${who.userId}&type=user.updated`,
      {
        as: 'operator',
      },
    );
    expect(audit.body['events']).toEqual([
      expect.objectContaining({
        message: 'User updated',
        details: { by: 'operator', changed: ['email', 'password', 'roles'], roles: ['label'] },
      }),
    ]);
    expect(audit.text).not.toContain(email);
  });
});

describe('deleting a user', () => {
  it('with a history leaves nothing of him but decisions and audit, and ends what was open', async () => {
    const { actors, stack } = product;
    const who = await passwordPerson(product);
    const session = await signInByPassword(product, who);
    const headers = { authorization: `Bearer ${session.accessToken}` };
    const context = { ip: who.ip, fingerprint: who.fingerprint, userAgent: 'Mozilla/5.0 Firefox/140.0' };
    const stepUp = { headers, body: { action: 'payment', context } };
    expect((await stack.call('POST', '/api/v1/auth/mfa/step-up', stepUp)).status).toBe(200);
    await actors.fail(who, 2);
    const challenge = await passwordSignIn(product, { ...who, fingerprint: 'elsewhere' });
    await actors.forgetSpentCodes(who);

    const deleted = await call('DELETE', who);
    expect([deleted.status, deleted.text]).toEqual([204, '']);

    expect((await call('GET', who)).body['code']).toBe('user_not_found');
    expect((await call('DELETE', who)).status).toBe(404);
    expect(await sessionsOf(session.accessToken)).toBe(401);
    expect((await actors.verify(challenge, totpCode(who.totpSecret))).status).toBe(401);
    expect((await passwordSignIn(product, who)).body['code']).toBe('sign_in_failed');
    expect((await actors.check(who)).body['code']).toBe('user_not_found');
    expect(await endOfWorkflow(product, challenge)).toBe('COMPLETED');
    expect(await actors.decisionOf(challenge)).toMatchObject({ state: 'cancelled', userId: who.userId });
    expect((await actors.auditOf(challenge)).at(-1)).toBe('MFA session cancelled');
    const left = await stack.database.pool.query<{ table: string; n: number }>(LEFT_BEHIND, [who.userId]);
    expect(left.rows).toEqual([{ n: 0 }]);
    const audit = await stack.call('GET', `/api/v1/admin/audit?userId=${who.userId}&limit=1`, {
      as: 'operator',
    });
    expect(audit.body['events'][0]).toMatchObject({ message: 'User deleted', details: { by: 'operator' } });
  });

  it('frees the login, and the new user of that name has nothing of the old one', async () => {
    const who = await product.actors.person();
    await call('DELETE', who);
    const body = { login: who.login };
    const made = await product.stack.call('POST', '/api/v1/users', { as: 'operator', body });
    expect(made.status).toBe(201);
    expect(made.body['id']).not.toBe(who.userId);
  });

  it('of another organization is 404, and he stays', async () => {
    const who = await product.actors.person();
    const second = await secondOrganization(product);
    expect((await second.call('DELETE', path(who))).status).toBe(404);
    expect((await call('GET', who)).status).toBe(200);
  });

  it('during sign-ins leaves none of them half done', async () => {
    const { actors } = product;
    for (let round = 0; round < 5; round += 1) {
      const who = await actors.person();
      const challenge = await actors.check(who);
      const [deleted, verified, checked] = await Promise.all([
        call('DELETE', who),
        actors.verify(challenge, totpCode(who.totpSecret)),
        actors.check(who, { fingerprint: 'elsewhere' }, { once: true }),
      ]);
      expect(deleted.status).toBe(204);
      expect([200, 401, 503]).toContain(verified.status);
      expect([200, 404, 503]).toContain(checked.status);
      expect(await endOfWorkflow(product, challenge)).toBe('COMPLETED');
      if (checked.status === 200) expect(await endOfWorkflow(product, checked)).toBe('COMPLETED');
    }
  });
});

const TABLES = [
  'risk_profiles',
  'totp_authenticators',
  'mfa_guards',
  'mfa_sessions',
  'sessions',
  'proofs',
  'trusted_devices',
  'enrollment_sessions',
  'outbox',
  'step_up_receipts',
];
const LEFT_BEHIND = `select (${TABLES.map((table) => `(select count(*) from ${table} where user_id = $1)`).join(' + ')})::int as n`;

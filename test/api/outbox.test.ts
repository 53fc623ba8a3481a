/** Who sees which messages to users, and what of them. */
import { PERMISSIONS } from '../../domain/access/permissions';
import { insertNotice } from '../../runtime/notices';
import { randomName } from './support/actors';
import { codeIn, noticesTo } from './support/notices';
import { atPortal, personWithRoles, proofIsStale, signedInAs } from './support/portals';
import { useProduct } from './support/product';
import { secondOrganization } from './support/second-organization';

const product = useProduct();
const { stringify } = JSON;

/** A code for somebody with these roles, as recovery sends it. */
async function codeFor(...roles: string[]) {
  const who = await personWithRoles(product, roles);
  const { deps, database } = product.stack;
  const params = { code: '31415926', minutes: 10 };
  await insertNotice(database.pool, deps, { userId: who.userId, kind: 'recovery_code', params });
  return who;
}

/** A client with these scopes. */
async function clientWith(...scopes: string[]) {
  const client = await product.actors.application();
  await product.stack.database.pool.query(`update applications set scopes = $2 where client_id = $1`, [
    client.clientId,
    scopes,
  ]);
  const { clientId: as, clientSecret } = client;
  return (path: string) => product.stack.call('GET', path, { as, clientSecret });
}

describe('the outbox without a mail server', () => {
  it('shows what a message says, with its code, to whoever holds all that its reader holds', async () => {
    const who = await codeFor();
    const [notice] = await noticesTo(product, who);
    expect(notice).toMatchObject({
      kind: 'recovery_code',
      recipient: `${who.login}@example.org`,
      subject: 'Your code to recover your account',
      sentAt: null,
      failure: null,
    });
    expect(codeIn(notice)).toBe('31415926');
  });

  it('keeps the code of an administrator of the platform from one of an organization', async () => {
    const powerful = await codeFor('platform-admin');
    const admin = await signedInAs(product, 'org-admin');
    const own = await codeFor('org-admin');
    const path = '/api/v1/admin/outbox';
    const seen = await admin.call('GET', `${path}?userId=${powerful.userId}`);
    expect(seen.body['notices']).toEqual([
      expect.objectContaining({ kind: 'recovery_code', subject: null, text: null }),
    ]);
    expect(seen.text).not.toContain('31415926');
    expect((await admin.call('GET', `${path}?userId=${own.userId}`)).text).toContain('31415926');
    const equal = await signedInAs(product, 'platform-admin');
    expect((await equal.call('GET', `${path}?userId=${powerful.userId}`)).text).toContain('31415926');
  });

  it('keeps it from a client that may not do all that its reader may', async () => {
    const admin = await codeFor('org-admin');
    const get = await clientWith('admin:write');
    const path = `/api/v1/admin/outbox?userId=${admin.userId}`;
    expect((await get(path)).body['notices']).toEqual([expect.objectContaining({ text: null })]);
    expect((await (await clientWith(...PERMISSIONS))(path)).text).toContain('31415926');
  });

  it('keeps it from a session that a user left open: reading a code takes fresh MFA', async () => {
    const who = await codeFor();
    const admin = await signedInAs(product, 'org-admin');
    const look = () => admin.call('GET', `/api/v1/admin/outbox?userId=${who.userId}`);
    expect((await look()).text).toContain('31415926');
    await proofIsStale(product, admin);
    const stale = await look();
    expect(stale.status).toBe(200);
    expect(stale.text).not.toContain('31415926');
  });

  it('is closed to those who may only read', async () => {
    const get = await clientWith('admin:read', 'users:write');
    expect((await get('/api/v1/admin/outbox')).status).toBe(403);
    const developer = await atPortal(product, await personWithRoles(product, ['developer']));
    expect((await developer.call('GET', '/api/v1/admin/outbox')).status).toBe(403);
  });

  it('does not show another organization’s messages', async () => {
    const other = await secondOrganization(product);
    const created = await other.call('POST', '/api/v1/users', {
      login: randomName(),
      email: 'other@example.org',
    });
    const { deps, database } = product.stack;
    const userId: string = created.body['id'];
    await insertNotice(database.pool, deps, { userId, kind: 'password_changed', params: {} });
    const theirs = await other.call('GET', '/api/v1/admin/outbox');
    expect(theirs.body['notices']).toEqual([expect.objectContaining({ userId, organizationId: other.id })]);
    expect(await noticesTo(product, { userId })).toEqual([]);
    expect(
      (await other.call('GET', `/api/v1/admin/outbox?organizationId=org_${'A'.repeat(22)}`)).status,
    ).toBe(403);
    const platform = await signedInAs(product, 'platform-admin');
    const all = await platform.call('GET', `/api/v1/admin/outbox?organizationId=${other.id}`);
    expect(all.body['notices']).toEqual([expect.objectContaining({ userId })]);
  });

  it('is read page by page, newest first', async () => {
    const who = await codeFor();
    const { deps, database } = product.stack;
    for (const left of [3, 2, 1]) {
      await insertNotice(database.pool, deps, {
        userId: who.userId,
        kind: 'backup_codes_low',
        params: { left },
      });
    }
    const page = (query: string) =>
      product.stack.call('GET', `/api/v1/admin/outbox?userId=${who.userId}&limit=2${query}`, {
        as: 'operator',
      });
    const first = await page('');
    const texts = first.body['notices'].map(({ text }: { text: string }) => /left: (\d)/.exec(text)?.[1]);
    expect(texts).toEqual(['1', '2']);
    const second = await page(`&cursor=${String(first.body['nextCursor'])}`);
    expect(second.body['notices'].map(({ kind }: { kind: string }) => kind)).toEqual([
      'backup_codes_low',
      'recovery_code',
    ]);
  });

  it('shows messages from before there were kinds, and hides none for one that cannot be opened', async () => {
    const who = await codeFor();
    const { pool } = product.stack.database;
    await pool.query(`update outbox set seal_key_id = 'lost' where user_id = $1`, [who.userId]);
    await pool.query(
      `insert into outbox (user_id, recipient, subject, body, notice_id) values ($1, 'a@b', 'Old', 'Words.', $2)`,
      [who.userId, `ntc_${randomName()}`],
    );
    expect(await noticesTo(product, who)).toEqual([
      expect.objectContaining({ kind: 'recovery_code', subject: null, text: null }),
      expect.objectContaining({ kind: null, subject: 'Old', text: 'Words.' }),
    ]);
  });

  it('asks for no workflow, and holds no code in clear', async () => {
    const who = await codeFor();
    const { pool } = product.stack.database;
    const rows = await pool.query('select o::text from outbox o where user_id = $1', [who.userId]);
    expect(rows.rowCount).toBe(1);
    expect(stringify(rows.rows)).not.toContain('31415926');
    expect((await pool.query('select 1 from workflow_starts')).rowCount).toBe(0);
  });
});

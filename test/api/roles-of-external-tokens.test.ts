/** Roles count in sessions that began with our own sign-in at a portal: another issuer vouches for a user, not for power. */
import { randomUUID } from 'node:crypto';
import { totpCode } from '../support/totp';
import { startIdentityProvider, type IdentityProvider } from './support/identity-provider';
import { personWithRoles } from './support/portals';
import { useProduct } from './support/product';

const env: Record<string, string> = {};
let idp: IdentityProvider;
beforeAll(async () => {
  idp = await startIdentityProvider();
  const issuer = { issuer: idp.issuer, jwksUri: idp.jwksUri, audience: 'zewstid-mfa' };
  env['TRUSTED_ISSUERS'] = JSON.stringify([issuer]);
});
const product = useProduct({ env });
afterAll(() => idp.stop());

describe("a trusted issuer's token of an administrator", () => {
  it('opens his own sessions and nothing that his roles open, at a portal too', async () => {
    const who = await personWithRoles(product, ['platform-admin']);
    const [sub, sid] = [randomUUID(), randomUUID()];
    const { pool } = product.stack.database;
    await pool.query('update users set external_id = $2 where id = $1', [who.userId, sub]);
    const asGateway = { as: 'operator' };
    const change = { clientId: 'admin-dashboard', sessionId: sid };
    const challenged = await product.actors.check(who, change, asGateway);
    expect((await product.actors.verify(challenged, totpCode(who.totpSecret))).status).toBe(200);
    const headers = { authorization: `Bearer ${await idp.sign({ sub, sid, azp: 'admin-dashboard' })}` };
    const get = (path: string) => product.stack.call('GET', `/api/v1/${path}`, { headers });
    expect((await get('auth/sessions')).status).toBe(200);
    for (const path of ['users', 'applications', 'admin/audit', 'organizations']) {
      expect((await get(path)).status).toBe(403);
    }
  });
});

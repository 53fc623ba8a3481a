/** A disabled user, a suspended organization, a deactivated application: nobody gets in, and nobody learns why. */
import { PORTAL_CLIENT_IDS } from '../../domain/policy/policy';
import { FIRST_ORGANIZATION_ID } from '../../cli/seed';
import type { Person } from './support/actors';
import { useProduct } from './support/product';
import { secondOrganization } from './support/second-organization';

const product = useProduct();
const BLOCKED =
  '{"error":"access_denied","error_description":"Login blocked due to suspicious activity. Please try again later."}';

const disable = ({ userId }: Person) =>
  product.stack.database.pool.query(`update users set status = 'disabled' where id = $1`, [userId]);

describe('a disabled user', () => {
  it.each(['smart', 'always', 'never'])(
    'is blocked under %s, by the same answer as any block',
    async (mfaPolicy) => {
      const who = await product.actors.settledPerson();
      const at = await product.actors.application({ mfaPolicy });
      await disable(who);
      const answer = await product.actors.check(who, {}, { at });
      expect(answer.status).toBe(403);
      expect(answer.text).toBe(BLOCKED);
      expect(await product.actors.decisionOf(answer)).toMatchObject({
        outcome: 'block',
        blocked: true,
        reason: 'Login blocked: account disabled',
      });
      expect(await product.actors.auditOf(answer)).toEqual(['Login blocked: account disabled']);
    },
  );

  it.each(PORTAL_CLIENT_IDS)('is blocked at %s', async (clientId) => {
    const who = await product.actors.settledPerson();
    await disable(who);
    const answer = await product.actors.check(who, { clientId }, { as: 'operator' });
    expect(answer.text).toBe(BLOCKED);
  });

  it('is blocked without a method too', async () => {
    const who = await product.actors.person({ method: false });
    await disable(who);
    expect((await product.actors.check(who)).text).toBe(BLOCKED);
  });
});

describe('a suspended organization', () => {
  it('has no clients any more, and its users are blocked at the portals', async () => {
    const second = await secondOrganization(product);
    const { body } = await second.call('POST', '/api/v1/users', { login: 'suspended' });
    const { pool } = product.stack.database;
    await pool.query(`update organizations set suspended = true where id = $1`, [second.id]);
    expect((await second.call('GET', '/api/v1/users')).status).toBe(401);
    const who = { userId: body['id'], login: '', totpSecret: '', fingerprint: 'f', ip: '192.0.2.4' };
    const atPortal = await product.actors.check(who, { clientId: 'user-portal' }, { as: 'operator' });
    // The portals' own gateway may ask for users of every organization.
    expect([403, 404]).toContain(atPortal.status);
    expect(atPortal.body['sessionId']).toBeUndefined();
    expect(second.id).not.toBe(FIRST_ORGANIZATION_ID);
  });
});

describe('a deactivated application', () => {
  it('cannot ask any more, and cannot be named by a gateway', async () => {
    const who = await product.actors.person();
    const at = await product.actors.application();
    await product.stack.database.pool.query(`update applications set active = false where client_id = $1`, [
      at.clientId,
    ]);
    expect((await product.actors.check(who, {}, { at })).status).toBe(401);
    const named = await product.actors.check(who, { clientId: at.clientId }, { as: 'operator' });
    expect(named.body['code']).toBe('application_not_found');
  });
});

/** The list of trusted devices, and a trust that is taken back: its token is worth nothing from that moment. */
import { totpCode } from '../support/totp';
import { randomName } from './support/actors';
import { eventsOf } from './support/backup-codes';
import { atPortal, personWithRoles, proofIsStale } from './support/portals';
import { useProduct } from './support/product';
import { secondOrganization } from './support/second-organization';

const product = useProduct();
const DEVICES = '/api/v1/auth/devices';

describe('the trusted devices of a user', () => {
  it('are listed with their times, and the one that asks is marked', async () => {
    const user = await atPortal(product, await personWithRoles(product, []));
    await product.actors.signInWithMfa(user.who, { fingerprint: randomName(), userAgent: 'Other/1.0' });
    const { devices } = (await user.call('GET', DEVICES)).body;
    expect(devices).toHaveLength(2);
    for (const device of devices) {
      expect(Object.keys(device).sort()).toEqual([
        'createdAt',
        'current',
        'id',
        'lastMfaAt',
        'name',
        'trustedUntil',
      ]);
      const days = (Date.parse(device['trustedUntil']) - Date.parse(device['lastMfaAt'])) / 86_400_000;
      expect(days).toBeCloseTo(30);
    }
    expect(devices.map(({ name, current }: { name: string; current: boolean }) => [name, current])).toEqual([
      [expect.any(String), false],
      ['Firefox on Linux', true],
    ]);
  });

  it('are not listed once the trust has run out or was taken back', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    await actors.signInWithMfa(who);
    await actors.signInWithMfa(who, { fingerprint: randomName() });
    const list = async () =>
      (await stack.call('GET', `${DEVICES}?userId=${who.userId}`, { as: 'operator' })).body['devices'];
    const [newest, oldest] = await list();
    await stack.database.pool.query(`update trusted_devices set trusted_until = now() where id = $1`, [
      newest['id'],
    ]);
    expect(await list()).toEqual([oldest]);
    const path = `${DEVICES}/${oldest['id']}?userId=${who.userId}`;
    expect((await stack.call('DELETE', path, { as: 'operator' })).status).toBe(204);
    expect(await list()).toEqual([]);
  });
});

describe('a trust that is taken back', () => {
  it('makes the token worthless at once, and ends challenges opened with it', async () => {
    const { actors, stack } = product;
    const who = await actors.settledPerson();
    expect((await actors.check(who)).body['mfaRequired']).toBe(false);
    const at = await actors.application({ mfaPolicy: 'always' });
    const open = await actors.check(who, {}, { at });
    const listed = await stack.call('GET', `${DEVICES}?userId=${who.userId}`, { as: 'operator' });
    const id = listed.body['devices'][0]['id'];
    const path = `${DEVICES}/${id}?userId=${who.userId}`;
    expect((await stack.call('DELETE', path, { as: 'operator' })).status).toBe(204);
    await actors.forgetSpentCodes(who);
    expect((await actors.verify(open, totpCode(who.totpSecret))).status).toBe(401);
    const challenge = await actors.check(who);
    expect(challenge.body['mfaRequired']).toBe(true);
    expect((await actors.decisionOf(challenge))['signals']).toContainEqual(
      expect.objectContaining({ code: 'untrusted_device' }),
    );
    expect((await stack.call('DELETE', path, { as: 'operator' })).body['code']).toBe('not_found');
    expect(await eventsOf(product, who, 'device.revoked')).toEqual([
      expect.objectContaining({ details: { by: 'client' } }),
    ]);
  });

  it("is the user's own, without fresh MFA: whoever suspects a stranger is not held up", async () => {
    const user = await atPortal(product, await personWithRoles(product, []));
    const other = await product.actors.settledPerson();
    const foreign = await product.stack.call('GET', `${DEVICES}?userId=${other.userId}`, { as: 'operator' });
    const foreignId = foreign.body['devices'][0]['id'];
    await proofIsStale(product, user);
    expect((await user.call('DELETE', `${DEVICES}/${foreignId}`)).body['code']).toBe('not_found');
    const { devices } = (await user.call('GET', DEVICES)).body;
    expect((await user.call('DELETE', `${DEVICES}/${devices[0]['id']}`)).status).toBe(204);
    expect((await user.call('GET', DEVICES)).body['devices']).toEqual([]);
    expect((await product.actors.check(other)).body['mfaRequired']).toBe(false);
  });

  it('takes the scope of a client, within its organization', async () => {
    const who = await product.actors.settledPerson();
    const listed = await product.stack.call('GET', `${DEVICES}?userId=${who.userId}`, { as: 'demo-shop' });
    const path = `${DEVICES}/${listed.body['devices'][0]['id']}?userId=${who.userId}`;
    expect((await product.stack.call('DELETE', path, { as: 'demo-shop' })).body['code']).toBe('forbidden');
    expect((await product.stack.call('DELETE', path)).status).toBe(401);
    const second = await secondOrganization(product);
    expect((await second.call('DELETE', path)).body['code']).toBe('user_not_found');
    expect((await product.actors.check(who)).body['mfaRequired']).toBe(false);
  });
});

/** Pairing an authenticator device: a code used once, a key that proves itself. */
import { randomBytes } from 'node:crypto';
import { totpCode } from '../support/totp';
import {
  callSigned,
  deviceOf,
  DEVICES,
  freshDevice,
  PAIRING,
  pairBody,
  pairingCodeFor,
} from './support/devices';
import { signInByPassword, passwordPerson } from './support/directory';
import { useProduct } from './support/product';

const product = useProduct();
const PAIR = { method: 'POST', target: DEVICES } as const;

async function methodsOf(userId: string) {
  const path = `/api/v1/auth/mfa/status?userId=${userId}`;
  return (await product.stack.call('GET', path, { as: 'operator' })).body['methods'];
}

describe('pairing', () => {
  it('shows the code, the audience and a QR code, and makes push a method of the user', async () => {
    const who = await product.actors.person({ method: false });
    const begun = await product.stack.call('POST', `${PAIRING}?userId=${who.userId}`, { as: 'operator' });
    expect(begun.status).toBe(201);
    expect(begun.body).toEqual({
      pairingCode: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      audience: product.stack.config.PUBLIC_URL,
      qrSvg: expect.stringMatching(/^<svg /),
      expiresIn: 600,
    });
    expect((await methodsOf(who.userId)).push).toBe(false);
    const state = freshDevice(product);
    const paired = await callSigned(product, state, PAIR, {
      body: pairBody(state, begun.body['pairingCode']),
    });
    expect(paired.status).toBe(201);
    expect(paired.body).toEqual({
      deviceId: expect.stringMatching(/^pdv_[A-Za-z0-9_-]{22}$/),
      methodId: expect.stringMatching(/^mth_[A-Za-z0-9_-]{22}$/),
    });
    expect((await methodsOf(who.userId)).push).toBe(true);
  });

  it('is audited once, as an enrolled method', async () => {
    const who = await product.actors.person({ method: false });
    await deviceOf(product, who);
    const path = `/api/v1/admin/audit?userId=${who.userId}&type=method.enrolled`;
    const audit = await product.stack.call('GET', path, { as: 'operator' });
    expect(audit.body['events']).toEqual([
      expect.objectContaining({ clientId: 'operator', details: { method: 'push', by: 'client' } }),
    ]);
  });

  it('keeps neither the code nor the address of the push service in clear', async () => {
    const who = await product.actors.person();
    const code = await pairingCodeFor(product, who);
    const { rows } = await product.stack.database.pool.query(`select * from device_pairings`);
    expect(JSON.stringify(rows)).not.toContain(code);
    const endpoint = 'https://push.example.com/canary-endpoint';
    const keys = {
      p256dh: randomBytes(65).toString('base64url'),
      auth: randomBytes(16).toString('base64url'),
    };
    await deviceOf(product, who, { pushSubscription: { endpoint, keys, expirationTime: null } });
    const devices = await product.stack.database.pool.query(
      `select encode(sealed_subscription, 'escape') as sealed from push_devices where user_id = $1`,
      [who.userId],
    );
    expect(devices.rows).toHaveLength(1);
    expect(devices.rows[0].sealed).not.toContain('canary-endpoint');
  });

  it('ends the challenges that were open before', async () => {
    const who = await product.actors.person();
    const challenge = await product.actors.check(who);
    await deviceOf(product, who);
    expect((await product.actors.verify(challenge, totpCode(who.totpSecret))).status).toBe(401);
  });

  it.each([
    'http://push.example.com/x',
    'https://127.0.0.1/x',
    'https://[::1]/x',
    'https://10.1.2.3/x',
    'https://169.254.169.254/latest/meta-data',
    'https://2130706433/x',
    'https://push.example.com:8443/x',
    'https://user:secret@push.example.com/x',
    'https://localhost/x',
    'file:///etc/passwd',
    'nonsense',
  ])('refuses %s as a push service', async (endpoint) => {
    const who = await product.actors.person({ method: false });
    const state = freshDevice(product);
    const keys = { p256dh: 'A'.repeat(87), auth: 'A'.repeat(22) };
    const body = pairBody(state, await pairingCodeFor(product, who), {
      pushSubscription: { endpoint, keys },
    });
    expect((await callSigned(product, state, PAIR, { body })).status).toBe(400);
  });
});

describe('a pairing code', () => {
  it('works once, also in 10 parallel requests', async () => {
    const who = await product.actors.person({ method: false });
    const code = await pairingCodeFor(product, who);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => {
        const state = freshDevice(product);
        return callSigned(product, state, PAIR, { body: pairBody(state, code) });
      }),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(9);
  });

  it('dies after ten minutes, by a newer one, and with every session of the user', async () => {
    const { pool } = product.stack.database;
    const kill: ((userId: string) => Promise<unknown>)[] = [
      (userId) => pool.query(`update device_pairings set expires_at = now() where user_id = $1`, [userId]),
      (userId) => product.stack.call('POST', `${PAIRING}?userId=${userId}`, { as: 'operator' }),
      (userId) =>
        product.stack.call('POST', `/api/v1/admin/users/${userId}/revoke-sessions`, { as: 'operator' }),
      (userId) => product.stack.call('POST', `/api/v1/admin/users/${userId}/disable`, { as: 'operator' }),
    ];
    for (const [index, end] of kill.entries()) {
      const who = await product.actors.person();
      const code = await pairingCodeFor(product, who);
      await end(who.userId);
      const state = freshDevice(product);
      const late = await callSigned(product, state, PAIR, { body: pairBody(state, code) });
      expect([index, late.body['code']]).toEqual([index, 'verification_failed']);
    }
  });

  it('needs fresh MFA of a user, and a scope of a client', async () => {
    const without = await product.actors.application();
    const who = await product.actors.person();
    const refused = await product.stack.call('POST', `${PAIRING}?userId=${who.userId}`, {
      as: without.clientId,
      clientSecret: without.clientSecret,
    });
    expect(refused.status).toBe(403);
    const user = await passwordPerson(product);
    const { accessToken } = await signInByPassword(product, user);
    const headers = { authorization: `Bearer ${accessToken}` };
    expect((await product.stack.call('POST', PAIRING, { headers })).status).toBe(201);
    await product.stack.database.pool.query(
      `update proofs set at = at - interval '301 seconds' where user_id = $1`,
      [user.userId],
    );
    const stale = await product.stack.call('POST', PAIRING, { headers });
    expect(stale.body['code']).toBe('fresh_mfa_required');
  });

  it('of an enrolment token adds no second method', async () => {
    const who = await product.actors.person({ method: false });
    const code = await pairingCodeFor(product, who);
    await product.stack.database.pool.query(
      `update device_pairings set requested_by = 'enrollment' where user_id = $1`,
      [who.userId],
    );
    const [first, second] = [freshDevice(product), freshDevice(product)];
    expect((await callSigned(product, first, PAIR, { body: pairBody(first, code) })).status).toBe(201);
    const again = await pairingCodeFor(product, who);
    await product.stack.database.pool.query(
      `update device_pairings set requested_by = 'enrollment' where user_id = $1`,
      [who.userId],
    );
    expect((await callSigned(product, second, PAIR, { body: pairBody(second, again) })).status).toBe(401);
  });

  it('pairs five devices a user, not six', async () => {
    const who = await product.actors.person({ method: false });
    for (let n = 0; n < 5; n += 1) await deviceOf(product, who);
    const state = freshDevice(product);
    const body = pairBody(state, await pairingCodeFor(product, who));
    expect((await callSigned(product, state, PAIR, { body })).body['code']).toBe('device_limit');
  });
});

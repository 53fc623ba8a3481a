/** Receipts of a transaction: bound to it, and burnt by the first who redeems them. */
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { totpCode } from '../support/totp';
import { passwordPerson, signInByPassword } from './support/directory';
import { useProduct } from './support/product';

const product = useProduct();

const EUR = { amount: '12.50', currency: 'EUR', payee: 'Books Ltd' };
const redeem = (body: object, headers: Record<string, string> = {}) =>
  product.stack.call('POST', '/api/v1/auth/mfa/step-up/redeem', { as: 'demo-shop', body, headers });

/** A payment approved by a fresh code. */
async function approvedTransaction() {
  const who = await passwordPerson(product);
  const user = await signInByPassword(product, who);
  const asked = await product.stack.call('POST', '/api/v1/auth/mfa/step-up', {
    headers: { authorization: `Bearer ${user.accessToken}` },
    body: { action: 'payment', transaction: EUR, context: { ip: who.ip, fingerprint: who.fingerprint } },
  });
  expect(asked.body['stepUpRequired']).toBe(true);
  await product.actors.forgetSpentCodes(who);
  const verified = await product.actors.verify(asked, totpCode(who.totpSecret));
  return { who, user, receipt: verified.body['receipt'] as string };
}

describe('a receipt', () => {
  it('of a transaction comes only by a proof of its own, and is redeemed once among twenty', async () => {
    const { who, receipt } = await approvedTransaction();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => redeem({ receipt, action: 'payment', transaction: EUR })),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 409)]);
    expect(answers.find(({ status }) => status === 200)?.body).toMatchObject({
      valid: true,
      userId: who.userId,
      action: 'payment',
    });
  });

  it('redeemed with an Idempotency-Key is answered again to the same key, and to no other', async () => {
    const { receipt } = await approvedTransaction();
    const body = { receipt, action: 'payment', transaction: EUR };
    const key = { 'idempotency-key': 'lost-answer' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => redeem(body, key)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect((await redeem(body, { 'idempotency-key': 'another' })).status).toBe(409);
    expect((await redeem(body)).status).toBe(409);
    const other = await redeem({ ...body, transaction: { ...EUR, amount: '1.00' } }, key);
    expect(other.status).toBe(401);
    const { rows } = await product.stack.database.pool.query(
      `select count(*)::int as redeemed from audit_events where type = 'step_up.redeemed'
       and decision_id = $1`,
      [decodeJwt(receipt).jti],
    );
    expect(rows).toEqual([{ redeemed: 1 }]);
  });

  it('redeemed with a key is not answered again once its session has ended', async () => {
    const { receipt, user } = await approvedTransaction();
    const body = { receipt, action: 'payment', transaction: EUR };
    const key = { 'idempotency-key': 'ended' };
    expect((await redeem(body, key)).status).toBe(200);
    await product.stack.call('POST', '/api/v1/auth/sign-out', {
      headers: { authorization: `Bearer ${user.accessToken}` },
    });
    expect((await redeem(body, key)).status).toBe(401);
  });

  it('is worth nothing for another transaction, another action or another application', async () => {
    const { receipt } = await approvedTransaction();
    const at = await product.actors.application();
    for (const change of [
      { amount: '12.51' },
      { currency: 'USD' },
      { payee: 'Books ltd' },
      { reference: 'x' },
    ]) {
      const answer = await redeem({ receipt, action: 'payment', transaction: { ...EUR, ...change } });
      expect([answer.status, answer.body['code']]).toEqual([401, 'receipt_invalid']);
    }
    expect((await redeem({ receipt, action: 'payment' })).status).toBe(401);
    expect((await redeem({ receipt, action: 'data-export', transaction: EUR })).status).toBe(401);
    const other = await product.stack.call('POST', '/api/v1/auth/mfa/step-up/redeem', {
      as: at.clientId,
      clientSecret: at.clientSecret,
      body: { receipt, action: 'payment', transaction: EUR },
    });
    expect(other.status).toBe(401);
    expect((await redeem({ receipt, action: 'payment', transaction: EUR })).status).toBe(200);
  });

  it('verifies offline with the published keys', async () => {
    const { receipt } = await approvedTransaction();
    const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', product.stack.address));
    const { payload, protectedHeader } = await jwtVerify(receipt, keys, {
      audience: 'demo-shop',
      issuer: 'http://api.test',
    });
    expect(protectedHeader.typ).toBe('receipt+jwt');
    expect(payload['transaction_hash']).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('of a sign-in, an altered one and an access token are no step-up receipts', async () => {
    const { user, receipt } = await approvedTransaction();
    for (const forged of [user.receipt, `${receipt.slice(0, -4)}AAAA`, user.accessToken, 'x']) {
      expect((await redeem({ receipt: forged, action: 'payment', transaction: EUR })).status).toBe(401);
    }
  });
});

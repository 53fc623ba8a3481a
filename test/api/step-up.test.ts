/** Step-up over HTTP: approved by a fresh proof in this session, else by a new one; receipts burn once. */
import { decodeJwt } from 'jose';
import { totpCode } from '../support/totp';
import type { Person } from './support/actors';
import { useProduct } from './support/product';
import { passwordPerson, signInByPassword, type SignedIn } from './support/directory';

const product = useProduct();

const stepUp = (user: SignedIn, body: object) =>
  product.stack.call('POST', '/api/v1/auth/mfa/step-up', {
    headers: { authorization: `Bearer ${user.accessToken}` },
    body,
  });
async function signedIn(): Promise<{ who: Person; user: SignedIn }> {
  const who = await passwordPerson(product);
  return { who, user: await signInByPassword(product, who) };
}

const context = (who: Person) => ({
  ip: who.ip,
  fingerprint: who.fingerprint,
  userAgent: 'Mozilla/5.0 Firefox/140.0',
});
const age = (sessionId: string, seconds: number) =>
  product.stack.database.pool.query(
    `update proofs set at = now() - make_interval(secs => $2) where session_id = $1`,
    [sessionId, seconds],
  );

async function verifyFresh(who: Person, answer: Awaited<ReturnType<typeof stepUp>>) {
  await product.actors.forgetSpentCodes(who);
  return product.actors.verify(answer, totpCode(who.totpSecret));
}

describe('a step-up', () => {
  it('is approved at once within five minutes of MFA in the same session, as a workflow of its own', async () => {
    const { who, user } = await signedIn();
    const answer = await stepUp(user, { action: 'payment', context: context(who) });
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        stepUpRequired: false,
        verified: true,
        reason: 'MFA was recently completed',
        receipt: expect.any(String),
      },
    ]);
    const receipt = decodeJwt(answer.body['receipt']);
    expect(receipt).toMatchObject({
      sub: who.userId,
      aud: 'demo-shop',
      sid: user.sessionId,
      action: 'payment',
    });
    const decision = await product.stack.call(
      'GET',
      `/api/v1/admin/decisions/${String(receipt['decision_id'])}`,
      { as: 'operator' },
    );
    expect(decision.body).toMatchObject({
      purpose: 'step-up',
      action: 'payment',
      outcome: 'allow',
      reason: 'recent_mfa',
      state: 'approved',
    });
    expect(decision.body['workflowId']).toMatch(/^step-up\//);
  });

  it('asks again when the proof is older than the action allows, and a fresh code gives a bound receipt', async () => {
    const { who, user } = await signedIn();
    await age(user.sessionId, 301);
    const asked = await stepUp(user, { action: 'data-export', context: context(who) });
    expect(asked.body).toMatchObject({ stepUpRequired: true, expiresIn: 300, methods: { totp: true } });
    const verified = await verifyFresh(who, asked);
    expect(verified.body).toMatchObject({ verified: true, userId: who.userId, sessionId: user.sessionId });
    expect(verified.body['deviceToken']).toBeUndefined();
    expect(decodeJwt(verified.body['receipt'])).toMatchObject({
      action: 'data-export',
      acr: 'urn:zewstid:acr:mfa',
    });
    const again = await stepUp(user, { action: 'payment', context: context(who) });
    expect(again.body['stepUpRequired']).toBe(false);
  });

  it('is not approved by a proof in another session of the same user', async () => {
    const { who, user } = await signedIn();
    const elsewhere = await signInByPassword(product, { ...who, fingerprint: 'another-browser' });
    await age(user.sessionId, 400);
    expect((await stepUp(user, { action: 'payment', context: context(who) })).body['stepUpRequired']).toBe(
      true,
    );
    expect(elsewhere.sessionId).not.toBe(user.sessionId);
  });

  it("takes the smaller of the action's and the request's age", async () => {
    const { who, user } = await signedIn();
    await age(user.sessionId, 100);
    expect(
      (await stepUp(user, { action: 'payment', maxAge: 99, context: context(who) })).body['stepUpRequired'],
    ).toBe(true);
    expect(
      (await stepUp(user, { action: 'payment', maxAge: 1800, context: context(who) })).body['stepUpRequired'],
    ).toBe(false);
  });

  it('is challenged at a score of 30 although the proof is fresh: a new address', async () => {
    const { who, user } = await signedIn();
    const answer = await stepUp(user, { action: 'payment', context: { ...context(who), ip: '10.200.1.1' } });
    expect(answer.body['stepUpRequired']).toBe(true);
  });

  it('refuses actions that the application does not have', async () => {
    const { user } = await signedIn();
    for (const action of ['launch-rockets', 'constructor'])
      expect((await stepUp(user, { action })).status).toBe(400);
  });

  it('needs a live session: nobody steps up without a token, or after signing out', async () => {
    const { who, user } = await signedIn();
    expect(
      (await product.stack.call('POST', '/api/v1/auth/mfa/step-up', { body: { action: 'payment' } })).status,
    ).toBe(401);
    await age(user.sessionId, 400);
    const asked = await stepUp(user, { action: 'payment', context: context(who) });
    await product.stack.call('POST', '/api/v1/auth/sign-out', {
      headers: { authorization: `Bearer ${user.accessToken}` },
    });
    expect((await stepUp(user, { action: 'payment' })).status).toBe(401);
    expect((await verifyFresh(who, asked)).status).toBe(401);
  });

  it('answers 403 no_methods_enrolled to a user without any method', async () => {
    const { who, user } = await signedIn();
    await product.stack.database.pool.query(`delete from totp_authenticators where user_id = $1`, [
      who.userId,
    ]);
    await age(user.sessionId, 400);
    const answer = await stepUp(user, { action: 'payment', context: context(who) });
    expect([answer.status, answer.body['code']]).toEqual([403, 'no_methods_enrolled']);
  });
});

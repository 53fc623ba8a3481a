/** Sign-in and step-up are finished by one endpoint: neither session does the work of the other. */
import { totpCode } from '../support/totp';
import { passwordSignIn, signInByPassword } from '../api/support/directory';
import { attackOn, expectOneSuccess, expectStanding, holdingsOf } from './support/aftermath';
import { equipped, send, type Equipped } from './support/equipped';
import { usePair } from './support/pair';

const product = usePair();

describe('a session of one purpose', () => {
  const stepUp = (accessToken: string, { who }: Equipped) =>
    product.stack.call('POST', '/api/v1/auth/mfa/step-up', {
      headers: { authorization: `Bearer ${accessToken}` },
      body: { action: 'payment', maxAge: 0, context: { ip: who.ip, fingerprint: who.fingerprint } },
    });
  const redeem = (receipt: unknown) =>
    product.stack.call('POST', '/api/v1/auth/mfa/step-up/redeem', {
      as: 'demo-shop',
      body: { receipt, action: 'payment' },
    });

  it('step-up signs nobody in: no session, no access token, no trusted device', async () => {
    const user = await equipped(product);
    const { accessToken, sessionId } = await signInByPassword(product, user.who);
    const asked = await stepUp(accessToken, user);
    expect(asked.body['stepUpRequired']).toBe(true);
    await product.actors.forgetSpentCodes(user.who);
    const before = await holdingsOf(product, user.who);
    const code = totpCode(user.who.totpSecret);
    const answered = await send(product, asked, { method: 'totp', code, trustDevice: true });
    expect(answered.status).toBe(200);
    expect(answered.body).toEqual({
      verified: true,
      userId: user.who.userId,
      sessionId,
      receipt: expect.any(String),
    });
    const { sessions, trustedDevices, proofs, receipts } = before;
    expect(await holdingsOf(product, user.who)).toMatchObject({
      sessions,
      trustedDevices,
      proofs: proofs + 1,
      receipts: receipts + 1,
    });
    await expectStanding(product, asked, { state: 'verified', attempts: 1 });
  });

  it('sign-in steps nobody up: its receipt is none of a step-up, which waits on', async () => {
    const user = await equipped(product);
    const { accessToken } = await signInByPassword(product, user.who);
    const asked = await stepUp(accessToken, user);
    const challenge = await passwordSignIn(product, user.who, { fingerprint: 'another' });
    await product.actors.forgetSpentCodes(user.who);
    const attack = await attackOn(product, user.who, challenge);
    const { body } = await product.actors.verify(challenge, totpCode(user.who.totpSecret));
    expect((await redeem(body['receipt'])).body['code']).toBe('receipt_invalid');
    await expectOneSuccess(product, attack, { by: 'totp', attempts: 1 });
    await expectStanding(product, asked, { state: 'pending', attempts: 0 });
    expect((await stepUp(accessToken, user)).body['stepUpRequired']).toBe(true);
  });

  it('step-up and sign-in at once: one code is spent by one of them', async () => {
    const user = await equipped(product);
    const { accessToken } = await signInByPassword(product, user.who);
    const asked = await stepUp(accessToken, user);
    const challenge = await passwordSignIn(product, user.who, { fingerprint: 'another' });
    await product.actors.forgetSpentCodes(user.who);
    const { proofs } = await holdingsOf(product, user.who);
    const code = totpCode(user.who.totpSecret);
    const answers = await Promise.all([asked, challenge].map((open) => product.actors.verify(open, code)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect((await holdingsOf(product, user.who)).proofs).toBe(proofs + 1);
  });
});

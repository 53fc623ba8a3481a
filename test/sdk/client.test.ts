/** The SDK's client on the real product: known answers and typed errors. */
import {
  createMfaClient,
  isMfaError,
  MfaBlockedError,
  MfaProblemError,
  MfaUnavailableError,
  MfaUnexpectedAnswerError,
  verifyReceipt,
} from '../../sdk/src/index';
import { NEW_YORK } from '../support/fake-network';
import { createPerson, freshCode, PASSWORD, wrongCode } from './support/people';
import { browserOf, challenge, check, CREDENTIALS, failureOf, useClient } from './support/setting';

const setting = useClient();

describe('the client', () => {
  it('tells a challenge from a way in, and a receipt verifies offline', async () => {
    const who = await createPerson(setting.stack);
    const mfaSessionId = await challenge(setting, who);
    const verified = await setting.mfa.verify({
      mfaSessionId,
      method: 'totp',
      code: await freshCode(setting.stack, who),
    });
    expect(verified).toMatchObject({ verified: true, userId: who.userId });
    const jwksUri = `${setting.stack.address}/.well-known/jwks.json`;
    const expected = { issuer: 'http://api.test', clientId: 'demo-shop', jwksUri };
    expect(await verifyReceipt(verified.receipt, { ...expected, maxAgeSeconds: 60 })).toMatchObject({
      userId: who.userId,
      sessionId: verified.sessionId,
      acr: 'urn:zewstid:acr:mfa',
      action: undefined,
    });
    await expect(verifyReceipt(verified.receipt, { ...expected, action: 'payment' })).rejects.toMatchObject({
      code: 'receipt_invalid',
      fault: 'action',
    });
  });

  it('sees whether a session still stands, and ends it', async () => {
    const who = await createPerson(setting.stack);
    const mfaSessionId = await challenge(setting, who);
    const code = await freshCode(setting.stack, who);
    const { sessionId } = await setting.mfa.verify({ mfaSessionId, method: 'totp', code });
    const standing = { userId: who.userId, active: true, stepUpRequired: false };
    expect(await setting.mfa.session(sessionId)).toMatchObject(standing);
    await setting.mfa.endSession(sessionId);
    expect(await setting.mfa.session(sessionId)).toMatchObject({ active: false });
    const unknown = setting.mfa.session('ses_AAAAAAAAAAAAAAAAAAAAAA');
    expect(await failureOf(unknown)).toMatchObject({ code: 'not_found' });
  });

  it('lets a user without any method in, with the user the receipt names', async () => {
    const who = await createPerson(setting.stack, { method: false });
    expect(await check(setting, who)).toMatchObject({
      mfaRequired: false,
      userId: who.userId,
      enrollmentRequired: true,
    });
    expect(
      await setting.mfa.signIn({ login: who.login, password: PASSWORD, ...browserOf(who) }),
    ).toMatchObject({
      mfaRequired: false,
      userId: who.userId,
      accessToken: expect.any(String),
    });
  });

  it('reads the MFA status of a user', async () => {
    const who = await createPerson(setting.stack);
    expect(await setting.mfa.mfaStatus({ userId: who.userId })).toMatchObject({
      mfaEnabled: true,
      methods: { totp: true },
    });
  });

  it('reports failed first factors', async () => {
    const who = await createPerson(setting.stack);
    await setting.mfa.reportFailure({ login: who.login, ...browserOf(who) });
    expect(setting.line.exchanges).toHaveLength(1);
  });
});

describe('an error', () => {
  it('of a wrong code, a wrong password, an unknown user and a wrong secret is a problem with its code', async () => {
    const who = await createPerson(setting.stack);
    const mfaSessionId = await challenge(setting, who);
    const wrong = await failureOf(setting.mfa.verify({ mfaSessionId, method: 'totp', code: wrongCode(who) }));
    expect(wrong).toBeInstanceOf(MfaProblemError);
    expect(wrong).toMatchObject({ code: 'verification_failed', status: 401, requestId: expect.any(String) });
    const refused = await failureOf(
      setting.mfa.signIn({ login: who.login, password: 'wrong', ...browserOf(who) }),
    );
    expect(refused).toMatchObject({ name: 'MfaProblemError', code: 'sign_in_failed', status: 401 });
    const nobody = await failureOf(
      setting.mfa.checkSignIn({ userId: `usr_${'A'.repeat(22)}`, ...browserOf(who) }),
    );
    expect(nobody).toMatchObject({ code: 'user_not_found', status: 404 });
    const impostor = createMfaClient({
      baseUrl: setting.stack.address,
      ...CREDENTIALS,
      clientSecret: 'wrong',
    });
    expect(await failureOf(impostor.mfaStatus({ userId: who.userId }))).toMatchObject({
      code: 'unauthorized',
    });
    expect(isMfaError(wrong) && !isMfaError(new Error('x'))).toBe(true);
  });

  it('of a blocked sign-in is a block with the decision for support', async () => {
    const who = await createPerson(setting.stack);
    const address = { ...NEW_YORK, asn: 64501, classes: ['threat_intel'] as const };
    setting.stack.network.set('10.66.6.6', { ...address, classes: [...address.classes] });
    for (let times = 0; times < 3; times += 1) {
      const mfaSessionId = await challenge(setting, who);
      await setting.mfa.verify({ mfaSessionId, method: 'totp', code: await freshCode(setting.stack, who) });
    }
    const stranger = { ...browserOf(who), ip: '10.66.6.6', fingerprint: 'another' };
    const blocked = await failureOf(setting.mfa.checkSignIn({ userId: who.userId, ...stranger }));
    expect(blocked).toBeInstanceOf(MfaBlockedError);
    expect(blocked).toMatchObject({ code: 'access_denied', decisionId: expect.stringMatching(/^dec_/) });
  });

  it.each([
    ['a page of a proxy', { status: 200, body: '<html>' }],
    ['an empty object', { status: 200, body: '{}' }],
    [
      'a yes without a receipt',
      {
        status: 200,
        body: '{"mfaRequired":false,"requireMFA":false,"decisionId":"d","enrollmentRequired":false}',
      },
    ],
    [
      'a contradiction',
      {
        status: 200,
        body: '{"mfaRequired":false,"requireMFA":true,"decisionId":"d","enrollmentRequired":false,"sessionId":"s","receipt":"r"}',
      },
    ],
    ['a refusal in another form', { status: 400, body: '{"message":"no"}' }],
  ])('is thrown for an answer that is not known: %s', async (_name, fault) => {
    const who = await createPerson(setting.stack);
    setting.line.spoil(fault);
    expect(await failureOf(check(setting, who))).toBeInstanceOf(MfaUnexpectedAnswerError);
    expect(setting.line.exchanges).toHaveLength(1);
  });

  it('is thrown for a redirect: credentials follow none', async () => {
    const who = await createPerson(setting.stack);
    setting.line.spoil(
      { status: 307, headers: { location: setting.stack.address } },
      { status: 307, headers: { location: '/' } },
    );
    const client = createMfaClient({ baseUrl: setting.line.address, ...CREDENTIALS, retries: 1 });
    expect(await failureOf(client.mfaStatus({ userId: who.userId }))).toBeInstanceOf(MfaUnavailableError);
  });
});

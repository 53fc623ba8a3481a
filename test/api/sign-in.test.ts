import { startStack, SECRETS, type Stack } from '../support/stack';
import { totpCode } from '../support/totp';

describe('a sign-in over HTTP', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack.stop());

  const check = (extra: object = {}) =>
    stack.call('POST', '/api/v1/auth/mfa/status/check', {
      as: 'demo-shop',
      body: {
        userId: stack.demoUserId,
        ip: '81.2.69.142',
        userAgent: 'Mozilla/5.0 Firefox/140.0',
        fingerprint: 'laptop',
        ...extra,
      },
    });

  it('challenges the first sign-in, accepts a real TOTP code, and skips MFA on the trusted device afterwards', async () => {
    const challenged = await check();
    expect(challenged.status).toBe(200);
    expect(challenged.body).toMatchObject({
      mfaRequired: true,
      requireMFA: true,
      expiresIn: 300,
      enrollmentRequired: false,
    });
    const verified = await stack.call('POST', '/api/v1/auth/mfa/verify', {
      body: {
        mfaSessionId: challenged.body['mfaSessionId'],
        method: 'totp',
        code: totpCode(SECRETS.demo.totpSecret),
      },
    });
    expect(verified.status).toBe(200);
    expect(verified.body).toMatchObject({ verified: true, userId: stack.demoUserId });
    const skipped = await check({ deviceToken: verified.body['deviceToken'] });
    expect(skipped.body).toMatchObject({ mfaRequired: false, requireMFA: false });
  });
});

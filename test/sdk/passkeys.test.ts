/** Passkeys through the SDK on the real product, with an authenticator in software. */
import { createAuthenticator } from '../support/software-authenticator';
import { createPerson, freshCode, PASSWORD, type Person } from './support/people';
import { browserOf, challenge, failureOf, useClient } from './support/setting';

const setting = useClient();
const PAGE = { origin: 'http://api.test', rpId: 'api.test' } as const;

async function signedIn(who: Person): Promise<string> {
  const signIn = await setting.mfa.signIn({ login: who.login, password: PASSWORD, ...browserOf(who) });
  if (!signIn.mfaRequired) throw new Error('no challenge');
  const code = await freshCode(setting.stack, who);
  const verified = await setting.mfa.verify({
    mfaSessionId: signIn.mfaSessionId,
    method: 'totp',
    code,
    trustDevice: false,
  });
  return verified.accessToken ?? '';
}

describe('a passkey through the client', () => {
  it('is registered by its user, asked for, and proves the user in the next sign-in', async () => {
    const who = await createPerson(setting.stack);
    const accessToken = await signedIn(who);
    const authenticator = createAuthenticator(PAGE);
    const made = authenticator.create(await setting.mfa.createPasskey(accessToken));
    const passkey = { name: 'Laptop', credential: made as never };
    expect(await setting.mfa.registerPasskey(accessToken, passkey)).toEqual({
      methodId: expect.stringMatching(/^mth_/),
    });
    const mfaSessionId = await challenge(setting, { ...who, fingerprint: 'another-browser' });
    const options = await setting.mfa.requestPasskey(mfaSessionId);
    expect(options.allowCredentials).toHaveLength(1);
    const credential = authenticator.get(options) as never;
    const verified = await setting.mfa.verify({ mfaSessionId, method: 'passkey', credential });
    expect(verified).toMatchObject({ verified: true, userId: who.userId });
  });

  it('is refused with a code: without fresh MFA, when it is no answer, when there is none', async () => {
    const who = await createPerson(setting.stack);
    const accessToken = await signedIn(who);
    await setting.mfa.createPasskey(accessToken);
    const made = createAuthenticator(PAGE).create({ challenge: 'AAAA', user: { id: 'AAAA' } });
    const register = setting.mfa.registerPasskey(accessToken, { credential: made as never });
    expect(await failureOf(register)).toMatchObject({ code: 'verification_failed', status: 401 });
    await setting.stack.database.pool.query(
      `update proofs set at = at - interval '6 minutes' where user_id = $1`,
      [who.userId],
    );
    expect(await failureOf(setting.mfa.createPasskey(accessToken))).toMatchObject({
      code: 'fresh_mfa_required',
    });
    const mfaSessionId = await challenge(setting, { ...who, fingerprint: 'another-browser' });
    expect(await failureOf(setting.mfa.requestPasskey(mfaSessionId))).toMatchObject({
      code: 'passkey_unavailable',
    });
  });
});

/** Signing in with a passkey: asked for, signed, proven as phishing-resistant. */
import { totpCode } from '../support/totp';
import { signedInAs, personWithRoles, portalSignIn } from './support/portals';
import { claimsOf, createPasskeyActs, HOME, newAuthenticator, PASSKEYS } from './support/passkeys';
import { useProduct } from './support/product';

const product = useProduct();
const { sql, ask, answer, answerWith, enrol, owner } = createPasskeyActs(product);
const PHR = 'urn:zewstid:acr:phr';

describe('a passkey', () => {
  it('is asked for by name, with user verification', async () => {
    const { who, authenticator } = await owner();
    const challenge = await product.actors.check(who);
    expect(challenge.body).toMatchObject({ mfaRequired: true, methods: { totp: false, passkey: true } });
    const asked = await ask(challenge);
    expect(asked.status).toBe(201);
    expect(asked.headers.get('cache-control')).toBe('no-store');
    expect(asked.body).toEqual({
      challenge: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      rpId: HOME.rpId,
      timeout: expect.any(Number),
      allowCredentials: [
        {
          id: authenticator.state.credentialId.toString('base64url'),
          type: 'public-key',
          transports: ['internal'],
        },
      ],
      userVerification: 'required',
    });
    expect(asked.body['timeout']).toBeLessThanOrEqual(300_000);
  });

  it('signs in, which proves user verification by a key in hardware', async () => {
    const { who, authenticator } = await owner();
    const challenge = await product.actors.check(who);
    const verified = await answerWith(challenge, authenticator);
    expect(verified.status).toBe(200);
    expect(verified.body).toMatchObject({ verified: true, userId: who.userId });
    expect(claimsOf(verified.body['receipt'])).toMatchObject({
      acr: PHR,
      amr: ['pwd', 'rba', 'hwk', 'user', 'mfa'],
    });
    expect(await product.actors.auditOf(challenge)).toEqual([
      expect.any(String),
      'MFA session created',
      'MFA verification successful',
    ]);
  });

  it.each([
    ['synced between devices, by a key in software', { synced: true }, 'swk'],
    ['with EdDSA', { alg: 'EdDSA' } as const, 'hwk'],
    ['without a counter', { counts: false }, 'hwk'],
  ])('signs in again and again: %s', async (_title, change, key) => {
    const { who, authenticator } = await owner(change);
    for (let n = 0; n < 2; n += 1) {
      const verified = await answerWith(await product.actors.check(who), authenticator);
      expect(verified.status).toBe(200);
      expect(claimsOf(verified.body['receipt'])).toMatchObject({
        acr: PHR,
        amr: ['pwd', 'rba', key, 'user', 'mfa'],
      });
    }
  });

  it('needs no user handle: one that was asked for by name may leave it out', async () => {
    const { who, authenticator } = await owner();
    const lies = { userHandle: null };
    expect((await answerWith(await product.actors.check(who), authenticator, lies)).status).toBe(200);
  });

  it('makes the device trusted, as a code does', async () => {
    const { who, authenticator } = await owner();
    const verified = await answerWith(await product.actors.check(who), authenticator);
    const { deviceToken } = verified.body;
    expect(deviceToken).toEqual(expect.any(String));
    for (let n = 0; n < 3; n += 1)
      expect((await product.actors.check({ ...who, deviceToken })).body['mfaRequired']).toBe(false);
  });

  it('stands beside other methods: either of them verifies, and either of several passkeys', async () => {
    const { who, authenticator } = await owner({}, { method: true });
    const second = await enrol(who);
    const challenge = await product.actors.check(who);
    expect(challenge.body['methods']).toMatchObject({ totp: true, passkey: true });
    expect((await ask(challenge)).body['allowCredentials']).toHaveLength(2);
    expect((await product.actors.verify(challenge, totpCode(who.totpSecret))).status).toBe(200);
    expect((await answerWith(await product.actors.check(who), second)).status).toBe(200);
    expect((await answerWith(await product.actors.check(who), authenticator)).status).toBe(200);
  });

  it('shows in the status of its user', async () => {
    const { who } = await owner();
    const status = await product.stack.call('GET', `/api/v1/auth/mfa/status?userId=${who.userId}`, {
      as: 'operator',
    });
    expect(status.body).toMatchObject({
      mfaEnabled: true,
      methods: { passkey: true, totp: false },
      enrollmentRequired: false,
    });
  });

  it('leaves nothing behind in the store once it is judged: no assertion, no challenge', async () => {
    const { who, authenticator } = await owner();
    const challenge = await product.actors.check(who);
    await answerWith(challenge, authenticator, { flags: () => 0 });
    await answerWith(challenge, authenticator);
    const left = await sql<{ evidence: unknown }>(
      `select a.evidence from mfa_attempts a join mfa_sessions s on s.id_hash = a.session_id_hash
       where s.user_id = $1`,
      who.userId,
    );
    expect(left.rows).toEqual([{ evidence: null }, { evidence: null }]);
    expect((await sql('select 1 from webauthn_challenges where user_id = $1', who.userId)).rows).toEqual([]);
  });

  it('answers a lost answer again under its Idempotency-Key, with the same session', async () => {
    const { who, authenticator } = await owner();
    const challenge = await product.actors.check(who);
    const credential = authenticator.get((await ask(challenge)).body);
    const headers = { 'idempotency-key': 'k-1' };
    const [first, again] = [
      await answer(challenge, credential, { headers }),
      await answer(challenge, credential, { headers }),
    ];
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body['sessionId']).toBe(first.body['sessionId']);
    expect((await answer(challenge, credential)).status).toBe(401);
  });
});

describe('a step-up', () => {
  it('is proven by a passkey, and its receipt says so', async () => {
    const admin = await signedInAs(product, 'user');
    const options = await admin.call('POST', `${PASSKEYS}/options`);
    const authenticator = newAuthenticator();
    const registered = await admin.call('POST', PASSKEYS, { credential: authenticator.create(options.body) });
    expect(registered.status).toBe(201);
    const transaction = { amount: '12.50', currency: 'EUR', payee: 'Lantern Ltd' };
    const stepUp = await admin.call('POST', '/api/v1/auth/mfa/step-up', { action: 'payment', transaction });
    expect(stepUp.body).toMatchObject({ stepUpRequired: true, methods: { passkey: true } });
    const verified = await answerWith(stepUp, authenticator);
    expect(verified.status).toBe(200);
    expect(claimsOf(verified.body['receipt'])).toMatchObject({
      acr: PHR,
      amr: expect.arrayContaining(['hwk', 'user', 'mfa']),
      action: 'payment',
    });
  });

  it('at a portal begins with a password and ends with an access token that says phr', async () => {
    const who = await personWithRoles(product, ['user']);
    const authenticator = await enrol(who);
    const challenge = await portalSignIn(product, who);
    const verified = await answerWith(challenge, authenticator);
    expect(claimsOf(verified.body['accessToken'])).toMatchObject({ acr: PHR });
  });
});

describe('asking for a passkey', () => {
  it('is 409 for a user without one', async () => {
    const challenge = await product.actors.check(await product.actors.person());
    const asked = await ask(challenge);
    expect([asked.status, asked.body['code']]).toEqual([409, 'passkey_unavailable']);
  });

  it('is refused like any failed verification for a session that is unknown or over', async () => {
    const { who, authenticator } = await owner();
    const challenge = await product.actors.check(who);
    expect((await answerWith(challenge, authenticator)).status).toBe(200);
    const over = await ask(challenge);
    const unknown = await ask({ ...challenge, body: { mfaSessionId: 'nobody-has-this' } });
    for (const refused of [over, unknown])
      expect([refused.status, refused.body['code']]).toEqual([401, 'verification_failed']);
    const late = await product.actors.check(who, { fingerprint: 'another' });
    await sql(
      `update mfa_sessions set expires_at = now() where user_id = $1 and state = 'pending'`,
      who.userId,
    );
    expect((await ask(late)).status).toBe(401);
  });

  it('costs no try', async () => {
    const { who, authenticator } = await owner();
    const challenge = await product.actors.check(who);
    for (let n = 0; n < 8; n += 1) expect((await ask(challenge)).status).toBe(201);
    expect((await answerWith(challenge, authenticator)).status).toBe(200);
  });
});

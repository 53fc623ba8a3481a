/** Whose factors a request may touch: a user with fresh MFA, an enrolment token, a client with scope. */
import { totpCode } from '../support/totp';
import { randomName, type Person } from './support/actors';
import { useProduct } from './support/product';
import { secondOrganization } from './support/second-organization';

const product = useProduct();
const TOTP = '/api/v1/auth/mfa/methods/totp';
const STATUS = '/api/v1/auth/mfa/status';

/** A user's access token for the session of a completed sign-in. */
async function tokenFor(who: Person, sessionId: string): Promise<{ authorization: string }> {
  const claims = { subject: who.userId, clientId: 'demo-shop', scope: '', sid: sessionId };
  return { authorization: `Bearer ${await product.stack.deps.tokens.signAccessToken(claims)}` };
}

async function signedIn(): Promise<{ who: Person; headers: { authorization: string }; sessionId: string }> {
  const who = await product.actors.person();
  const verified = await product.actors.signInWithMfa(who);
  const sessionId: string = verified.body['sessionId'];
  return { who, sessionId, headers: await tokenFor(who, sessionId) };
}

const sql = (text: string, values: unknown[]) => product.stack.database.pool.query(text, values);

describe('a user who changes factors', () => {
  it('may within 300 seconds after MFA in this session', async () => {
    const { headers, sessionId } = await signedIn();
    await sql(`update proofs set at = now() - interval '290 seconds' where session_id = $1`, [sessionId]);
    const begun = await product.stack.call('POST', TOTP, { headers });
    expect(begun.status).toBe(201);
    const confirmed = await product.stack.call('POST', `${TOTP}/${begun.body['methodId']}/confirm`, {
      headers,
      body: { code: totpCode(begun.body['secret']) },
    });
    expect(confirmed.status).toBe(200);
  });

  it('is asked for fresh MFA afterwards, as RFC 9470 says', async () => {
    const { headers, sessionId } = await signedIn();
    await sql(`update proofs set at = now() - interval '301 seconds' where session_id = $1`, [sessionId]);
    const refused = await product.stack.call('POST', TOTP, { headers });
    expect(refused.status).toBe(401);
    expect(refused.body['code']).toBe('fresh_mfa_required');
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_user_authentication", acr_values="urn:zewstid:acr:mfa", max_age="300"',
    );
  });

  it('is asked for fresh MFA in a session without any, however fresh another session is', async () => {
    const who = await product.actors.settledPerson();
    const skipped = await product.actors.check(who);
    const headers = await tokenFor(who, skipped.body['sessionId']);
    expect((await product.stack.call('POST', TOTP, { headers })).body['code']).toBe('fresh_mfa_required');
  });

  it('without any factor may not add the first one: a password alone is not enough', async () => {
    const who = await product.actors.person({ method: false });
    const allowed = await product.actors.check(who);
    const headers = await tokenFor(who, allowed.body['sessionId']);
    const refused = await product.stack.call('POST', TOTP, { headers });
    expect(refused.status).toBe(403);
    expect(refused.body['code']).toBe('forbidden');
  });

  it('acts on her own factors only, whatever userId she names', async () => {
    const { headers } = await signedIn();
    const other = await product.actors.person();
    await product.stack.call('POST', `${TOTP}?userId=${other.userId}`, { headers });
    const { rows } = await sql(
      `select count(*)::int as n from totp_authenticators where user_id = $1 and state = 'pending'`,
      [other.userId],
    );
    expect(rows).toEqual([{ n: 0 }]);
  });
});

describe("a user's access token", () => {
  it.each([
    ['session is revoked', `update sessions set revoked_at = now() where user_id = $1`],
    ['user is disabled', `update users set status = 'disabled' where id = $1`],
    ['session is gone', `delete from sessions where user_id = $1`],
  ])('is worth nothing once its %s', async (_name, change) => {
    const { who, headers } = await signedIn();
    expect((await product.stack.call('GET', STATUS, { headers })).status).toBe(200);
    await sql(change, [who.userId]);
    expect((await product.stack.call('GET', STATUS, { headers })).status).toBe(401);
  });

  it("for another user's session is worth nothing", async () => {
    const { sessionId } = await signedIn();
    const headers = await tokenFor(await product.actors.person(), sessionId);
    expect((await product.stack.call('GET', STATUS, { headers })).status).toBe(401);
  });

  it('does not authenticate a client, and opens nothing that roles open', async () => {
    const { who, headers } = await signedIn();
    for (const [method, path, status] of [
      ['GET', '/api/v1/users', 403],
      ['GET', '/api/v1/admin/audit', 403],
      ['POST', '/api/v1/auth/mfa/status/check', 401],
    ] as const) {
      const answer = await product.stack.call(method, path, { headers });
      expect(answer.status).toBe(status);
    }
    expect(who.userId).toMatch(/^usr_/);
  });
});

describe('an enrolment token', () => {
  /** From a known device of a user who lost the authenticator. */
  async function enrollmentToken(): Promise<{ who: Person; headers: { authorization: string } }> {
    const who = await product.actors.settledPerson();
    await sql(`delete from totp_authenticators where user_id = $1`, [who.userId]);
    const refused = await product.actors.check(who, { clientId: 'user-portal' }, { as: 'operator' });
    return { who, headers: { authorization: `Bearer ${refused.body['enrollmentToken']}` } };
  }

  it('enrols a first factor, and the sign-in goes on by a new status/check', async () => {
    const { who, headers } = await enrollmentToken();
    const { body } = await product.stack.call('POST', TOTP, { headers });
    const path = `${TOTP}/${body['methodId']}/confirm`;
    const code = totpCode(body['secret']);
    expect((await product.stack.call('POST', path, { headers, body: { code } })).status).toBe(200);
    const enrolled = { ...who, totpSecret: body['secret'] };
    const change = { clientId: 'user-portal' };
    expect((await product.actors.signInWithMfa(enrolled, change, { as: 'operator' })).status).toBe(200);
    // With a factor in force the token is spent.
    expect((await product.stack.call('POST', TOTP, { headers })).status).toBe(401);
  });

  it('allows nothing but enrolment', async () => {
    const { who, headers } = await enrollmentToken();
    for (const path of [STATUS, '/api/v1/users', `${STATUS}?userId=${who.userId}`]) {
      expect((await product.stack.call('GET', path, { headers })).status).toBe(401);
    }
  });

  it('is over after its ten minutes, and for a disabled user', async () => {
    const { headers } = await enrollmentToken();
    await sql(`update enrollment_sessions set token_expires_at = now()`, []);
    expect((await product.stack.call('POST', TOTP, { headers })).status).toBe(401);
    const disabled = await enrollmentToken();
    await sql(`update users set status = 'disabled' where id = $1`, [disabled.who.userId]);
    expect((await product.stack.call('POST', TOTP, { headers: disabled.headers })).status).toBe(401);
  });
});

describe('GET mfa/status', () => {
  const status = (who: Person, as = 'demo-shop') =>
    product.stack.call('GET', `${STATUS}?userId=${who.userId}`, { as });

  it('tells methods, trusted devices and the last MFA', async () => {
    const who = await product.actors.person();
    expect((await status(who)).body).toEqual({
      mfaEnabled: true,
      methods: { totp: true, push: false, backupCode: false, passkey: false },
      backupCodesLeft: 0,
      trustedDevices: 0,
      lastMfaAt: null,
      enrollmentRequired: false,
    });
    await product.actors.signInWithMfa(who);
    const after = await status(who);
    expect(after.body).toMatchObject({ trustedDevices: 1 });
    expect(Math.abs(Date.parse(after.body['lastMfaAt']) - Date.now())).toBeLessThan(60_000);
  });

  it('counts trusted devices in force only', async () => {
    const who = await product.actors.person();
    await product.actors.signInWithMfa(who);
    await product.actors.signInWithMfa(who, { fingerprint: randomName() });
    expect((await status(who)).body['trustedDevices']).toBe(2);
    await sql(`update trusted_devices set trusted_until = now() where user_id = $1`, [who.userId]);
    expect((await status(who)).body['trustedDevices']).toBe(0);
  });

  it('is the same for the user herself', async () => {
    const { who, headers } = await signedIn();
    const own = await product.stack.call('GET', STATUS, { headers });
    expect(own.body).toEqual((await status(who)).body);
  });

  it('of a foreign or unknown user is 404, and needs a userId from a client', async () => {
    const who = await product.actors.person();
    const second = await secondOrganization(product);
    expect((await second.call('GET', `${STATUS}?userId=${who.userId}`)).status).toBe(404);
    expect((await status({ ...who, userId: 'usr_AAAAAAAAAAAAAAAAAAAAAA' })).status).toBe(404);
    expect((await product.stack.call('GET', STATUS, { as: 'demo-shop' })).status).toBe(400);
  });
});

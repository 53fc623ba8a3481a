/** Proof of the e-mail address, and what the enrolment token is good for. */
import { totpCode } from '../support/totp';
import { randomName, type Person } from './support/actors';
import { codeIn, noticesTo } from './support/notices';
import { useProduct } from './support/product';

const product = useProduct();

/** A person without a method whom a portal-like application refused. */
async function refused(
  options: { email?: string } = {},
): Promise<{ who: Person; enrollmentSessionId: string }> {
  const { actors } = product;
  const who = await actors.person({ method: false, ...options });
  const at = await actors.application({ mfaPolicy: 'always', settings: { whenNoMethod: 'enroll' } });
  const answer = await actors.check(who, {}, { at });
  return { who, enrollmentSessionId: answer.body['enrollmentSessionId'] };
}

const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  product.stack.call('POST', `/api/v1/auth/mfa/${path}`, { body, headers });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function mailedTo(userId: string): Promise<string[]> {
  const notices = await noticesTo(product, { userId });
  return notices.filter(({ kind }) => kind === 'enrollment_code').map(codeIn);
}

async function codeFor(session: Awaited<ReturnType<typeof refused>>): Promise<string> {
  await post('enrollment/email', { enrollmentSessionId: session.enrollmentSessionId });
  return (await mailedTo(session.who.userId)).at(-1) ?? '';
}

describe('a user without a method who needs MFA', () => {
  it('proves the address, enrols under the token, and signs in with the new factor', async () => {
    const session = await refused({ email: 'person@example.org' });
    const { enrollmentSessionId, who } = session;
    const confirmed = await post('enrollment/confirm', { enrollmentSessionId, code: await codeFor(session) });
    expect(confirmed.status).toBe(200);
    expect(confirmed.body['expiresIn']).toBe(600);
    const token: string = confirmed.body['enrollmentToken'];
    const begun = await post('methods/totp', {}, bearer(token));
    expect(begun.status).toBe(201);
    const seed: string = begun.body['secret'];
    const done = await post(
      `methods/totp/${String(begun.body['methodId'])}/confirm`,
      { code: totpCode(seed) },
      bearer(token),
    );
    expect(done.status).toBe(200);
    const verified = await product.actors.signInWithMfa({ ...who, totpSecret: seed });
    expect(verified.body).toMatchObject({ verified: true });
  });

  it('cannot use the token for anything once a factor is enrolled', async () => {
    const session = await refused({ email: 'person@example.org' });
    const { enrollmentSessionId } = session;
    const confirmed = await post('enrollment/confirm', { enrollmentSessionId, code: await codeFor(session) });
    const token: string = confirmed.body['enrollmentToken'];
    const begun = await post('methods/totp', {}, bearer(token));
    const seed: string = begun.body['secret'];
    await post(
      `methods/totp/${String(begun.body['methodId'])}/confirm`,
      { code: totpCode(seed) },
      bearer(token),
    );
    expect((await post('methods/totp', {}, bearer(token))).status).toBe(401);
    expect(
      (await product.stack.call('GET', '/api/v1/auth/mfa/status', { headers: bearer(token) })).status,
    ).toBe(401);
  });

  it('makes no backup codes with the token, and changes no factor or device', async () => {
    const session = await refused({ email: 'person@example.org' });
    const { enrollmentSessionId } = session;
    const confirmed = await post('enrollment/confirm', { enrollmentSessionId, code: await codeFor(session) });
    const headers = bearer(confirmed.body['enrollmentToken']);
    expect((await post('methods/backup-codes', {}, headers)).body['code']).toBe('no_methods_enrolled');
    const method = '/api/v1/auth/mfa/methods/mth_AAAAAAAAAAAAAAAAAAAAAA';
    const device = '/api/v1/auth/devices/dev_AAAAAAAAAAAAAAAAAAAAAA';
    for (const path of [method, device])
      expect((await product.stack.call('DELETE', path, { headers })).status).toBe(401);
    const renamed = await product.stack.call('PATCH', method, { headers, body: { name: 'Mine' } });
    expect(renamed.status).toBe(401);
  });

  it('gets no token for a wrong code, and none at all after five', async () => {
    const session = await refused({ email: 'person@example.org' });
    const { enrollmentSessionId } = session;
    const code = await codeFor(session);
    const wrong = code === '00000000' ? '00000001' : '00000000';
    for (let n = 0; n < 5; n += 1) {
      const answer = await post('enrollment/confirm', { enrollmentSessionId, code: wrong });
      expect([answer.status, answer.body['code']]).toEqual([401, 'verification_failed']);
    }
    expect((await post('enrollment/confirm', { enrollmentSessionId, code })).status).toBe(401);
  });

  it('exchanges a code once, also when it is sent twenty times at once', async () => {
    const session = await refused({ email: 'person@example.org' });
    const body = { enrollmentSessionId: session.enrollmentSessionId, code: await codeFor(session) };
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('enrollment/confirm', body)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('is mailed at most three codes per session, and the newest one counts', async () => {
    const session = await refused({ email: 'person@example.org' });
    const { enrollmentSessionId, who } = session;
    for (let n = 0; n < 5; n += 1) await post('enrollment/email', { enrollmentSessionId });
    const codes = await mailedTo(who.userId);
    expect(codes).toHaveLength(3);
    const [first] = codes;
    if (first !== codes[2])
      expect((await post('enrollment/confirm', { enrollmentSessionId, code: first })).status).toBe(401);
    expect((await post('enrollment/confirm', { enrollmentSessionId, code: codes[2] })).status).toBe(200);
  });

  it('learns nothing from the answers: no address, unknown session and finished session look alike', async () => {
    const { enrollmentSessionId } = await refused();
    const without = await post('enrollment/email', { enrollmentSessionId });
    const unknown = await post('enrollment/email', { enrollmentSessionId: randomName() });
    expect([without.status, without.text]).toEqual([202, unknown.text]);
    const answers = await Promise.all(
      [enrollmentSessionId, randomName()].map((id) =>
        post('enrollment/confirm', { enrollmentSessionId: id, code: '12345678' }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
  });

  it('has ten minutes for the code and ten for the token', async () => {
    const session = await refused({ email: 'person@example.org' });
    const { enrollmentSessionId, who } = session;
    const { pool } = product.stack.database;
    const late = await codeFor(session);
    await pool.query(`update enrollment_sessions set email_code_expires_at = now() where user_id = $1`, [
      who.userId,
    ]);
    expect((await post('enrollment/confirm', { enrollmentSessionId, code: late })).status).toBe(401);
    const confirmed = await post('enrollment/confirm', { enrollmentSessionId, code: await codeFor(session) });
    await pool.query(`update enrollment_sessions set token_expires_at = now() where user_id = $1`, [
      who.userId,
    ]);
    expect((await post('methods/totp', {}, bearer(confirmed.body['enrollmentToken']))).status).toBe(401);
  });
});

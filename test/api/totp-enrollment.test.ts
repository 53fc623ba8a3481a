/** TOTP enrolment: the seed is shown once, the confirming code is spent, the old seed works until then. */
import { totpCode } from '../support/totp';
import { randomName, type Person } from './support/actors';
import { wrongCode } from './support/codes';
import { useProduct } from './support/product';
import { secondOrganization } from './support/second-organization';

const product = useProduct();
const PATH = '/api/v1/auth/mfa/methods/totp';

const begin = (who: Person, as = 'operator') =>
  product.stack.call('POST', `${PATH}?userId=${who.userId}`, { as });
const confirm = (who: Person, methodId: string, code: string) =>
  product.stack.call('POST', `${PATH}/${methodId}/confirm?userId=${who.userId}`, {
    as: 'operator',
    body: { code },
  });

/** Enrols for good; returns the new seed. */
async function enrol(who: Person): Promise<string> {
  const { body } = await begin(who);
  const { methodId, secret } = body as { methodId: string; secret: string };
  expect((await confirm(who, methodId, totpCode(secret))).status).toBe(200);
  return secret;
}

describe('enrolling an authenticator', () => {
  it('shows seed, URI and QR code, and works after its confirmation', async () => {
    const who = await product.actors.person({ method: false });
    const begun = await begin(who);
    expect(begun.status).toBe(201);
    expect(begun.headers.get('cache-control')).toBe('no-store');
    const { methodId, secret, otpauthUri, qrSvg } = begun.body;
    expect(methodId).toMatch(/^mth_[A-Za-z0-9_-]{22}$/);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(new URL(otpauthUri).searchParams.get('secret')).toBe(secret);
    expect(decodeURIComponent(new URL(otpauthUri).pathname)).toContain(`ZewstID:${who.login}`);
    expect(qrSvg).toMatch(/^<svg /);
    const confirmed = await confirm(who, methodId, totpCode(secret));
    expect(confirmed.body).toEqual({ methodId, confirmed: true });
    expect((await product.actors.signInWithMfa({ ...who, totpSecret: secret })).status).toBe(200);
  });

  it('spends the confirming code: it opens no sign-in', async () => {
    const who = await product.actors.person({ method: false });
    const { body } = await begin(who);
    const code = totpCode(body['secret']);
    await confirm(who, body['methodId'], code);
    const challenge = await product.actors.check(who);
    expect((await product.actors.verify(challenge, code)).status).toBe(401);
  });

  it('not confirmed changes nothing: no method, no challenge', async () => {
    const who = await product.actors.person({ method: false });
    const { body } = await begin(who);
    const status = await product.stack.call('GET', `/api/v1/auth/mfa/status?userId=${who.userId}`, {
      as: 'demo-shop',
    });
    expect(status.body).toMatchObject({ mfaEnabled: false, enrollmentRequired: true });
    expect((await product.actors.check(who)).body['enrollmentRequired']).toBe(true);
    expect(body['secret']).toBeDefined();
  });

  it('again keeps the old seed until the new one is confirmed, and retires it then', async () => {
    const who = await product.actors.person();
    const { body } = await begin(who);
    expect((await product.actors.signInWithMfa(who)).status).toBe(200);
    await confirm(who, body['methodId'], totpCode(body['secret']));
    const fresh = { ...who, totpSecret: body['secret'] };
    await product.actors.forgetSpentCodes(who);
    const challenge = await product.actors.check(who, { fingerprint: randomName() });
    expect((await product.actors.verify(challenge, totpCode(who.totpSecret))).status).toBe(401);
    expect((await product.actors.verify(challenge, totpCode(fresh.totpSecret))).status).toBe(200);
  });

  it('begun twice leaves the second one only', async () => {
    const who = await product.actors.person({ method: false });
    const [first, second] = [await begin(who), await begin(who)];
    const old = await confirm(who, first.body['methodId'], totpCode(first.body['secret']));
    expect(old.status).toBe(404);
    expect((await confirm(who, second.body['methodId'], totpCode(second.body['secret']))).status).toBe(200);
  });

  it('is audited, once, when it is confirmed', async () => {
    const who = await product.actors.person({ method: false });
    await enrol(who);
    const audit = await product.stack.call(
      'GET',
      `/api/v1/admin/audit?userId=${who.userId}&type=method.enrolled`,
      {
        as: 'operator',
      },
    );
    expect(audit.body['events']).toEqual([
      expect.objectContaining({
        message: 'MFA method enrolled',
        clientId: 'operator',
        details: { method: 'totp', by: 'client' },
      }),
    ]);
  });
});

describe('a confirmation', () => {
  it('with a wrong code is refused; after five of them a right one is 429', async () => {
    const who = await product.actors.person({ method: false });
    const { body } = await begin(who);
    const { methodId, secret } = body as { methodId: string; secret: string };
    for (let n = 0; n < 5; n += 1) {
      expect((await confirm(who, methodId, wrongCode(secret))).body['code']).toBe('verification_failed');
    }
    const late = await confirm(who, methodId, totpCode(secret));
    expect(late.status).toBe(429);
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('50 times in parallel with wrong codes charges five', async () => {
    const who = await product.actors.person({ method: false });
    const { body } = await begin(who);
    const code = wrongCode(body['secret']);
    const answers = await Promise.all(Array.from({ length: 50 }, () => confirm(who, body['methodId'], code)));
    const counts = [401, 429].map((status) => answers.filter((answer) => answer.status === status).length);
    expect(counts).toEqual([5, 45]);
  });

  it('twice is 409', async () => {
    const who = await product.actors.person({ method: false });
    const { body } = await begin(who);
    expect((await confirm(who, body['methodId'], totpCode(body['secret']))).status).toBe(200);
    const again = await confirm(who, body['methodId'], totpCode(body['secret'], 1));
    expect(again.status).toBe(409);
    expect(again.body['code']).toBe('method_not_pending');
  });

  it('ten times in parallel succeeds once', async () => {
    const who = await product.actors.person({ method: false });
    const { body } = await begin(who);
    const code = totpCode(body['secret']);
    const answers = await Promise.all(Array.from({ length: 10 }, () => confirm(who, body['methodId'], code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('after an hour is over', async () => {
    const who = await product.actors.person({ method: false });
    const { body } = await begin(who);
    await product.stack.database.pool.query(
      `update totp_authenticators set created_at = now() - interval '61 minutes' where id = $1`,
      [body['methodId']],
    );
    expect((await confirm(who, body['methodId'], totpCode(body['secret']))).status).toBe(409);
  });

  it("of another user's method is 404", async () => {
    const [who, other] = [await product.actors.person(), await product.actors.person()];
    const { body } = await begin(who);
    expect((await confirm(other, body['methodId'], totpCode(body['secret']))).status).toBe(404);
    expect((await confirm(who, body['methodId'], totpCode(body['secret']))).status).toBe(200);
  });
});

describe('a client that enrols', () => {
  it('needs the scope, the userId, and a user of its organization', async () => {
    const who = await product.actors.person();
    expect((await begin(who, 'demo-shop')).body['code']).toBe('forbidden');
    expect((await product.stack.call('POST', PATH, { as: 'operator' })).status).toBe(400);
    expect((await product.stack.call('POST', PATH)).status).toBe(401);
    const second = await secondOrganization(product);
    const foreign = await second.call('POST', `${PATH}?userId=${who.userId}`);
    expect(foreign.body['code']).toBe('user_not_found');
  });
});

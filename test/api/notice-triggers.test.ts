/** What people are told of, and what not. */
import { LANE_CAPS } from '../../domain/lockout';
import { totpCode } from '../support/totp';
import { randomIp, randomName, type Person } from './support/actors';
import { passwordPerson, signInByPassword } from './support/directory';
import { noticesTo } from './support/notices';
import { useProduct } from './support/product';

const product = useProduct();

const kindsTo = async (who: Pick<Person, 'userId'>) =>
  (await noticesTo(product, who)).map(({ kind }) => kind);
const person = (options: { method?: boolean } = {}) =>
  product.actors.person({ email: `${randomName()}@example.org`, ...options });
const elsewhere = <P extends Person>(who: P): P => ({ ...who, fingerprint: randomName(), ip: randomIp() });
const without = { deviceToken: undefined };
const call = (method: string, path: string, body?: object) =>
  product.stack.call(method, `/api/v1${path}`, { as: 'operator', ...(body && { body }) });

/** A person with a password and an address. */
async function reachable(): Promise<Person> {
  const who = await passwordPerson(product);
  await call('PATCH', `/users/${who.userId}`, { email: `${who.login}@example.org` });
  return who;
}

describe('a completed sign-in', () => {
  it('is told of on a new device, not on the first and not on a known one', async () => {
    const who = await product.actors.settle(await person());
    expect(await kindsTo(who)).toEqual([]);
    const stranger = elsewhere(who);
    await product.actors.check(stranger, without);
    // Asked for a code is not signed in.
    expect(await kindsTo(who)).toEqual([]);
    await product.actors.signInWithMfa(stranger, without);
    expect(await kindsTo(who)).toEqual(['new_device']);
    await product.actors.signInWithMfa(stranger, without);
    expect(await kindsTo(who)).toEqual(['new_device']);
  });

  it('is told of too where the application lets people in without MFA; once, though it teaches nothing', async () => {
    const who = await product.actors.settle(await person());
    const at = await product.actors.application({ mfaPolicy: 'never' });
    const stranger = elsewhere(who);
    for (let times = 0; times < 2; times += 1) {
      const allowed = await product.actors.check(stranger, without, { at });
      expect(allowed.body['mfaRequired']).toBe(false);
    }
    expect(await kindsTo(who)).toEqual(['new_device']);
    await product.actors.check(elsewhere(who), without, { at });
    expect(await kindsTo(who)).toEqual(['new_device', 'new_device']);
  });

  it('of many at once on one new device is told of once', async () => {
    const who = await product.actors.settle(await person());
    const at = await product.actors.application({ mfaPolicy: 'never' });
    const stranger = elsewhere(who);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => product.actors.check(stranger, without, { at })),
    );
    expect(answers.map(({ body }) => body['mfaRequired'])).toEqual(Array(6).fill(false));
    expect(await kindsTo(who)).toEqual(['new_device']);
  });
});

describe('a factor', () => {
  it('that is added is told of', async () => {
    const who = await person({ method: false });
    const begun = await call('POST', `/auth/mfa/methods/totp?userId=${who.userId}`);
    const path = `/auth/mfa/methods/totp/${String(begun.body['methodId'])}/confirm?userId=${who.userId}`;
    expect((await call('POST', path, { code: '000000' })).status).toBe(401);
    expect(await kindsTo(who)).toEqual([]);
    expect((await call('POST', path, { code: totpCode(begun.body['secret']) })).status).toBe(200);
    expect(await noticesTo(product, who)).toEqual([
      expect.objectContaining({
        kind: 'factor_changed',
        subject: 'A second factor was added',
        text: expect.stringContaining('Method: Authenticator app (codes)'),
      }),
    ]);
  });

  it('that an administrator removes is told of; removing none is not', async () => {
    const who = await person();
    await call('POST', `/admin/users/${who.userId}/reset-factors`);
    await call('POST', `/admin/users/${who.userId}/reset-factors`);
    const notices = await noticesTo(product, who);
    expect(notices.map(({ subject }) => subject)).toEqual(['Your second factors were removed']);
  });

  it('whose tries are used up is told of, by the last wrong code and not before', async () => {
    const who = await person();
    const { pool } = product.stack.database;
    const wrongAfter = async (failures: number) => {
      await pool.query(
        `insert into mfa_guards (user_id, lane, consecutive_failures) values ($1, 'untrusted', $2)
         on conflict (user_id, lane) do update set consecutive_failures = $2, next_try_at = '-infinity'`,
        [who.userId, failures],
      );
      const challenged = await product.actors.check(who);
      return product.actors.verify(challenged, '000000');
    };
    expect((await wrongAfter(LANE_CAPS.untrusted - 2)).status).toBe(401);
    expect(await kindsTo(who)).toEqual([]);
    expect((await wrongAfter(LANE_CAPS.untrusted - 1)).status).toBe(401);
    expect((await wrongAfter(LANE_CAPS.untrusted)).status).toBe(429);
    expect(await noticesTo(product, who)).toEqual([
      expect.objectContaining({
        kind: 'authenticator_disabled',
        text: expect.stringContaining('Affected: Sign-ins on all other devices'),
      }),
    ]);
  });
});

describe('a session', () => {
  it('that its user reports is told of, and its device once more when it comes back', async () => {
    const who = await reachable();
    const own = await signInByPassword(product, who);
    const stranger = elsewhere(who);
    const stolen = await signInByPassword(product, stranger);
    expect(await kindsTo(who)).toEqual(['new_device']);
    const reported = await product.stack.call('POST', `/api/v1/auth/sessions/${stolen.sessionId}/report`, {
      headers: { authorization: `Bearer ${own.accessToken}` },
    });
    expect(reported.status).toBe(204);
    expect(await noticesTo(product, who)).toEqual([
      expect.anything(),
      expect.objectContaining({
        kind: 'session_reported',
        text: expect.stringMatching(/Where: United Kingdom\nDevice: Firefox/),
      }),
    ]);
    await signInByPassword(product, stranger);
    expect(await kindsTo(who)).toEqual(['new_device', 'session_reported', 'new_device']);
  });
});

describe('a password', () => {
  it('that an administrator sets is told of to its owner; other changes are not', async () => {
    const who = await reachable();
    await call('PATCH', `/users/${who.userId}`, { groups: ['a'] });
    expect(await kindsTo(who)).toEqual([]);
    await call('PATCH', `/users/${who.userId}`, { password: 'seven lanterns on the quay' });
    expect(await kindsTo(who)).toEqual(['password_changed']);
  });
});

describe('the locale of a user', () => {
  it('is set by creating, changing and importing, and messages follow it', async () => {
    const login = randomName();
    const created = await call('POST', '/users', { login, email: 'a@example.org', locale: 'fr-CA' });
    expect(created.body['locale']).toBe('fr-CA');
    const userId: string = created.body['id'];
    const patch = (locale: string | null) => call('PATCH', `/users/${userId}`, { locale });
    await call('PATCH', `/users/${userId}`, { password: 'seven lanterns on the quay' });
    expect((await patch('es')).body['locale']).toBe('es');
    await call('PATCH', `/users/${userId}`, { password: 'eight lanterns on the quay' });
    // A change of something else leaves it.
    expect((await call('PATCH', `/users/${userId}`, { groups: [] })).body['locale']).toBe('es');
    expect((await patch(null)).body['locale']).toBeNull();
    await call('PATCH', `/users/${userId}`, { password: 'nine lanterns on the quay' });
    expect((await noticesTo(product, { userId })).map(({ subject }) => subject)).toEqual([
      'Votre mot de passe a été changé',
      'Su contraseña ha cambiado',
      'Your password was changed',
    ]);
    const imported = await product.stack.call('POST', '/api/v1/users/import', {
      as: 'operator',
      raw: `{"login":"${randomName()}","locale":"de"}\n{"login":"${randomName()}","locale":"<de>"}\n`,
      contentType: 'application/x-ndjson',
    });
    const [good, bad] = imported.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
    expect((await call('GET', `/users/${good?.['userId'] ?? ''}`)).body['locale']).toBe('de');
    expect(bad).toMatchObject({
      error: { code: 'invalid_request', detail: 'locale does not have the documented form.' },
    });
  });

  it.each(['', 'd', 'de_DE', 'de-', 'x'.repeat(40), 'de\r\nX: y'])(
    'is refused in another form: %j',
    async (locale) => {
      const refused = await call('POST', '/users', { login: randomName(), locale });
      expect(refused.body['code']).toBe('invalid_request');
    },
  );
});

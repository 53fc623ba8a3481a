/** Devices that pretend to be trusted: MFA is skipped with the token, its fingerprint and its user, for 30 days from the MFA. */
import { createHash } from 'node:crypto';
import { NEW_YORK } from '../support/fake-network';
import { totpCode } from '../support/totp';
import { randomIp, randomName, type Person } from '../api/support/actors';
import { trustEndsIn } from '../api/support/database-time';
import { atPortal, personWithRoles, portalSignIn } from '../api/support/portals';
import { expectStanding, holdingsOf } from './support/aftermath';
import { usePair } from './support/pair';

const product = usePair();
const DAYS_30 = 30 * 86_400;
const sql = (text: string, ...values: unknown[]) => product.stack.database.pool.query(text, values);

/** Everything that is stored of the MFA on her device says that it was `seconds` ago. */
async function mfaWas({ userId }: Person, seconds: number): Promise<void> {
  await sql(
    `update trusted_devices set last_mfa_at = clock_timestamp() - make_interval(secs => $2),
       trusted_until = clock_timestamp() - make_interval(secs => $2) + interval '30 days'
     where user_id = $1 and revoked_at is null`,
    userId,
    seconds,
  );
  await sql(
    `update risk_profiles set profile = jsonb_set(jsonb_set(profile, '{devices,0,lastMfaAt}', to_jsonb(at)),
       '{devices,0,trustedUntil}', to_jsonb(at + 30 * 86400000::float8))
     from (select floor(extract(epoch from clock_timestamp()) * 1000 - $2::float8 * 1000)::float8 as at) moved
     where user_id = $1`,
    userId,
    seconds,
  );
}

/** She is challenged: nothing was opened, nothing charged, and the audit trail waits for the end. */
async function expectChallenged(who: Person, change: object): Promise<void> {
  const before = await holdingsOf(product, who);
  const challenge = await product.actors.check(who, change);
  expect([change, challenge.status, challenge.body['mfaRequired']]).toEqual([change, 200, true]);
  expect(challenge.body['sessionId']).toBeUndefined();
  await expectStanding(product, challenge, { state: 'pending', attempts: 0 });
  expect(await holdingsOf(product, who)).toEqual(before);
}

const isSkipped = async (who: Person) => (await product.actors.check(who)).body['mfaRequired'] === false;

describe('a copied fingerprint', () => {
  it('is challenged without the token, and with anything that is not the token', async () => {
    const [who, other] = [await product.actors.settledPerson(), await product.actors.settledPerson()];
    const token = String(who.deviceToken);
    const { rows } = await sql(
      'select id, token_hash as hash from trusted_devices where user_id = $1',
      who.userId,
    );
    const { id, hash } = rows[0] as { id: string; hash: string };
    const tokens = [
      ...[undefined, 'x', id, hash, createHash('sha256').update(hash).digest('base64url')],
      ...[token.slice(0, -1), `${token}=`, ` ${token}`, token.toUpperCase(), token.repeat(2)],
      ...[other.deviceToken, who.userId, '%', "' or ''='"],
    ];
    for (const deviceToken of tokens) await expectChallenged(who, { deviceToken });
    expect(await isSkipped(who)).toBe(true);
  });

  it("is challenged with another user's token and fingerprint, and so is the other way round", async () => {
    const [who, other] = [await product.actors.settledPerson(), await product.actors.settledPerson()];
    const { fingerprint, deviceToken, ip } = other;
    await expectChallenged(who, { deviceToken });
    await expectChallenged(who, { deviceToken, fingerprint });
    await expectChallenged(who, { deviceToken, fingerprint, ip });
    await expectChallenged(who, { fingerprint });
    expect([await isSkipped(who), await isSkipped(other)]).toEqual([true, true]);
  });
});

describe('a stolen token', () => {
  it('is challenged on another device, and at an address that nobody knows', async () => {
    const who = await product.actors.settledPerson();
    const ip = randomIp();
    product.stack.network.set(ip, NEW_YORK);
    await expectChallenged(who, { fingerprint: randomName() });
    await expectChallenged(who, { ip });
    expect(await isSkipped(who)).toBe(true);
  });

  it('is challenged on a device that its user has, too, and never trusted', async () => {
    const who = await product.actors.settledPerson();
    const known = randomName();
    const challenge = await product.actors.check(who, { fingerprint: known, deviceToken: undefined });
    await product.actors.forgetSpentCodes(who);
    const declined = { trustDevice: false };
    const verified = await product.actors.verify(challenge, totpCode(who.totpSecret), declined);
    expect([verified.status, verified.body['deviceToken']]).toEqual([200, undefined]);
    await expectChallenged(who, { fingerprint: known });
    expect(await isSkipped(who)).toBe(true);
  });

  it('is worth nothing once it was revoked, one of the same device came after it, or the factor went', async () => {
    const revoked = await product.actors.settledPerson();
    await sql('update trusted_devices set revoked_at = now() where user_id = $1', revoked.userId);
    const renewed = await product.actors.settledPerson();
    await product.actors.signInWithMfa(renewed, { deviceToken: undefined });
    for (const who of [revoked, renewed]) await expectChallenged(who, {});
    const reset = await product.actors.settledPerson();
    const path = `/api/v1/admin/users/${reset.userId}/reset-factors`;
    expect((await product.stack.call('POST', path, { as: 'operator' })).status).toBe(204);
    const next = await product.actors.check(reset);
    expect((await product.actors.decisionOf(next))['signals']).toContainEqual(
      expect.objectContaining({ code: 'untrusted_device' }),
    );
  });

  it('never opens a portal or an application that always asks', async () => {
    const at = await product.actors.application({ mfaPolicy: 'always' });
    const who = await product.actors.settledPerson();
    const asked = await product.actors.check(who, {}, { at });
    expect(asked.body['mfaRequired']).toBe(true);
    await expectStanding(product, asked, { state: 'pending', attempts: 0 });
    const admin = await personWithRoles(product, []);
    await atPortal(product, admin);
    const { body } = await portalSignIn(product, admin);
    const code = totpCode(admin.totpSecret, 1);
    const { deviceToken } = (await product.actors.verify(String(body['mfaSessionId']), code)).body;
    expect(deviceToken).toEqual(expect.any(String));
    expect((await portalSignIn(product, admin, { deviceToken })).body['mfaRequired']).toBe(true);
  });

  it('is not kept from its owner by failures that somebody reports for her fingerprint', async () => {
    const who = await product.actors.settledPerson();
    await product.actors.fail(who, 12);
    await product.actors.fail(who, 3, { deviceToken: 'guessed' });
    expect(await isSkipped(who)).toBe(true);
  });
});

describe('30 days after the MFA', () => {
  it('less one second the device is trusted, and from then on it is challenged', async () => {
    const who = await product.actors.settledPerson();
    // Again, if the machine took longer than the second that is left.
    for (;;) {
      const from = performance.now();
      await mfaWas(who, DAYS_30 - 1);
      const skipped = await isSkipped(who);
      if (performance.now() - from > 900) continue;
      expect(skipped).toBe(true);
      break;
    }
    await mfaWas(who, DAYS_30);
    await expectChallenged(who, {});
    await mfaWas(who, DAYS_30 + 1);
    await expectChallenged(who, {});
    const { signals } = await product.actors.decisionOf(await product.actors.check(who));
    expect(signals).toContainEqual(expect.objectContaining({ code: 'trust_expired' }));
  });

  it('are counted by token and by profile: whichever is over first', async () => {
    const who = await product.actors.settledPerson();
    await trustEndsIn(product.stack.database, who, -1);
    await expectChallenged(who, {});
    await mfaWas(who, DAYS_30 + 1);
    await trustEndsIn(product.stack.database, who, DAYS_30);
    await expectChallenged(who, {});
  });

  it('are not begun anew by signing in without MFA', async () => {
    const who = await product.actors.settledPerson();
    await mfaWas(who, DAYS_30 - 60);
    for (let n = 0; n < 3; n += 1) expect(await isSkipped(who)).toBe(true);
    const { rows } = await sql(
      `select extract(epoch from trusted_until - clock_timestamp()) < 60 as soon,
         now() - last_mfa_at > interval '29 days' as "longAgo" from trusted_devices where user_id = $1`,
      who.userId,
    );
    expect(rows).toEqual([{ soon: true, longAgo: true }]);
  });
});

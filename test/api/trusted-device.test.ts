/** A trusted device skips MFA for 30 days after the MFA on it: with its token, its fingerprint and its user. */
import { totpCode } from '../support/totp';
import { randomName, type Person } from './support/actors';
import { trustEndsIn } from './support/database-time';
import { useProduct } from './support/product';

const product = useProduct();
const DAY_SECONDS = 86_400;

async function isSkipped(who: Person, change: object = {}): Promise<boolean> {
  const answer = await product.actors.check(who, change);
  expect(answer.status).toBe(200);
  return !answer.body['mfaRequired'];
}

async function signalsOf(who: Person, change: object = {}): Promise<string[]> {
  const { signals } = await product.actors.decisionOf(await product.actors.check(who, change));
  return signals.map(({ code }: { code: string }) => code);
}

async function trustOf({ userId }: Person): Promise<{ trusted_until: Date; revoked_at: Date | null }[]> {
  const { rows } = await product.stack.database.pool.query<{ trusted_until: Date; revoked_at: Date | null }>(
    `select trusted_until, revoked_at from trusted_devices where user_id = $1 order by created_at`,
    [userId],
  );
  return rows;
}

/** Moves the profile's last MFA on every device to `seconds` ago. */
const lastMfaWas = ({ userId }: Person, seconds: number) =>
  product.stack.database.pool.query(
    `update risk_profiles set profile = jsonb_set(profile, '{devices,0,lastMfaAt}', to_jsonb($2::float8)) where user_id = $1`,
    [userId, Date.now() - seconds * 1_000],
  );

describe('the device token', () => {
  it('is issued by a verified MFA, for 30 days', async () => {
    const verified = await product.actors.signInWithMfa(await product.actors.person());
    expect(Buffer.from(verified.body['deviceToken'], 'base64url')).toHaveLength(32);
    const days = (Date.parse(verified.body['deviceTokenExpiresAt']) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.99);
    expect(days).toBeLessThanOrEqual(30.001);
  });

  it('skips MFA until its 30 days are over, and not a second longer', async () => {
    const who = await product.actors.settledPerson();
    await trustEndsIn(product.stack.database, who, 30);
    expect(await isSkipped(who)).toBe(true);
    await trustEndsIn(product.stack.database, who, -1);
    expect(await isSkipped(who)).toBe(false);
    expect(await signalsOf(who)).toContain('trust_expired');
  });

  it('is worth nothing when the last MFA on the device is more than 30 days ago', async () => {
    const who = await product.actors.settledPerson();
    await lastMfaWas(who, 30 * DAY_SECONDS - 60);
    expect(await isSkipped(who)).toBe(true);
    await lastMfaWas(who, 30 * DAY_SECONDS + 1);
    expect(await isSkipped(who)).toBe(false);
  });

  it('is not extended by plain sign-ins', async () => {
    const who = await product.actors.settledPerson();
    const before = await trustOf(who);
    expect(await isSkipped(who)).toBe(true);
    expect(await trustOf(who)).toEqual(before);
  });

  it('counts with the fingerprint it was issued to only', async () => {
    const who = await product.actors.settledPerson();
    expect(await isSkipped(who, { fingerprint: randomName() })).toBe(false);
  });

  it('absent or wrong, the known fingerprint is untrusted: it may be copied', async () => {
    const who = await product.actors.settledPerson();
    for (const deviceToken of [undefined, 'wrong', who.deviceToken?.slice(1)]) {
      expect(await isSkipped(who, { deviceToken })).toBe(false);
      expect(await signalsOf(who, { deviceToken })).toContain('untrusted_device');
    }
  });

  it('of another user is worth nothing, with the same fingerprint too', async () => {
    const [who, other] = [await product.actors.settledPerson(), await product.actors.settledPerson()];
    expect(await isSkipped(who, { deviceToken: other.deviceToken })).toBe(false);
    expect(await isSkipped(who, { deviceToken: other.deviceToken, fingerprint: other.fingerprint })).toBe(
      false,
    );
  });

  it('revoked is worth nothing', async () => {
    const who = await product.actors.settledPerson();
    await product.stack.database.pool.query(
      `update trusted_devices set revoked_at = now() where user_id = $1`,
      [who.userId],
    );
    expect(await isSkipped(who)).toBe(false);
  });

  it('dies when the next MFA on the device issues a new one', async () => {
    const who = await product.actors.settledPerson();
    const renewed = await product.actors.signInWithMfa(who, { deviceToken: undefined });
    expect(await isSkipped(who)).toBe(false);
    expect(await isSkipped(who, { deviceToken: renewed.body['deviceToken'] })).toBe(true);
    expect((await trustOf(who)).map(({ revoked_at }) => revoked_at === null)).toEqual([false, true]);
  });

  it('is stored as a hash only', async () => {
    const who = await product.actors.settledPerson();
    const { rows } = await product.stack.database.pool.query(
      `select row_to_json(t)::text as row from trusted_devices t where user_id = $1`,
      [who.userId],
    );
    expect(JSON.stringify(rows)).not.toContain(who.deviceToken);
  });

  it('counts at every smart application of the user', async () => {
    const who = await product.actors.settledPerson();
    const at = await product.actors.application();
    expect((await product.actors.check(who, {}, { at })).body['mfaRequired']).toBe(false);
  });
});

describe('the trustDevice setting', () => {
  it.each([
    ['auto', undefined, true],
    ['auto', true, true],
    ['auto', false, false],
    ['ask', undefined, false],
    ['ask', true, true],
    ['ask', false, false],
    ['off', undefined, false],
    ['off', true, false],
  ])('%s with trustDevice %s creates trust: %s', async (mode, trustDevice, expected) => {
    const { actors, stack } = product;
    const who = await actors.person();
    const at = await actors.application({ settings: { trustDevice: mode } });
    const { body } = await actors.check(who, {}, { at });
    const verified = await stack.call('POST', '/api/v1/auth/mfa/verify', {
      body: {
        mfaSessionId: body['mfaSessionId'],
        method: 'totp',
        code: totpCode(who.totpSecret),
        trustDevice,
      },
    });
    expect(verified.status).toBe(200);
    expect('deviceToken' in verified.body).toBe(expected);
    expect('deviceTokenExpiresAt' in verified.body).toBe(expected);
    expect(await trustOf(who)).toHaveLength(expected ? 1 : 0);
  });
});

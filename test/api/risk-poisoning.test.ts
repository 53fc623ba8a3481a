/** Attempts that did not complete leave the victim's profile and the population as they were. */
import { LONDON } from '../support/fake-network';
import type { Person } from './support/actors';
import { useProduct } from './support/product';

const product = useProduct();
const STRANGER = { fingerprint: 'stranger', deviceToken: undefined, ip: '10.44.0.1' } as const;
const LISTED = { ...STRANGER, ip: '10.44.0.2' } as const;
beforeAll(() => product.stack.network.set(LISTED.ip, { ...LONDON, asn: 64500, classes: ['threat_intel'] }));

async function known({ userId }: Person) {
  const { pool } = product.stack.database;
  const profile = await pool.query('select profile, updated_at from risk_profiles where user_id = $1', [
    userId,
  ]);
  const observed = await pool.query<{ n: number }>('select count(*)::int as n from risk_observations');
  return { profile: profile.rows, observed: observed.rows };
}

it('failed, abandoned, refused and blocked attempts of a stranger teach nothing', async () => {
  const { actors, stack } = product;
  const victim = await actors.settledPerson();
  const before = await known(victim);

  const wrong = await actors.check(victim, STRANGER);
  expect((await actors.verify(wrong, '000000')).status).toBe(401);
  const given = await actors.check(victim, STRANGER);
  const { mfaSessionId } = given.body;
  const cancelled = await stack.call('POST', '/api/v1/auth/mfa/session/cancel', { body: { mfaSessionId } });
  expect(cancelled.status).toBe(204);
  await actors.fail(victim, 100, STRANGER);
  for (const blocked of [STRANGER, LISTED]) expect((await actors.check(victim, blocked)).status).toBe(403);

  expect(await known(victim)).toEqual(before);
  expect((await actors.check(victim)).body).toMatchObject({ mfaRequired: false });
});

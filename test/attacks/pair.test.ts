/** What the other files of this folder rest on: there are two of each, and both take part. */
import { totpCode } from '../support/totp';
import type { Person } from '../api/support/actors';
import { attackOn, expectOneSuccess } from './support/aftermath';
import { usePair } from './support/pair';

const pair = usePair();

/** How many requests each API has answered on a route, by its own count. */
async function answered(route: string): Promise<number[]> {
  return Promise.all(
    pair.instances.map(async ({ deps }) => {
      const metric = deps.metrics.getSingleMetric('zewstid_http_request_duration_seconds');
      const { values = [] } = (await metric?.get()) ?? {};
      return values
        .filter((value) => 'metricName' in value && String(value.metricName).endsWith('_count'))
        .filter(({ labels }) => labels['route'] === route)
        .reduce((sum, { value }) => sum + value, 0);
    }),
  );
}

async function signIn(who: Person): Promise<void> {
  const challenge = await pair.actors.check(who);
  const attack = await attackOn(pair, who, challenge);
  expect((await pair.actors.verify(challenge, totpCode(who.totpSecret))).status).toBe(200);
  await expectOneSuccess(pair, attack, { by: 'totp', attempts: 1 });
}

describe('the pair', () => {
  it('answers by both APIs in turn, and decides by both workers', async () => {
    const people = await Promise.all(Array.from({ length: 12 }, () => pair.actors.person()));
    for (const who of people) {
      await signIn(who);
      // A sign-in is two calls: without one between them, all would begin at the same instance, whose worker decides.
      await pair.stack.call('GET', '/health/live');
    }
    const checks = await answered('/api/v1/auth/mfa/status/check');
    const verifications = await answered('/api/v1/auth/mfa/verify');
    // Check and verify of a sign-in are two calls, which never meet the same instance.
    for (const index of [0, 1]) expect(verifications[index]).toBe(checks[1 - index]);
    expect((checks[0] ?? 0) + (verifications[0] ?? 0)).toBeGreaterThanOrEqual(12);
    const [first, second] = pair.assessed;
    expect(first + second).toBeGreaterThanOrEqual(12);
    expect(Math.min(first, second)).toBeGreaterThan(0);
  });

  it('goes on with what was open when one of its instances was replaced', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, () => pair.actors.person()));
    const open: [Person, Awaited<ReturnType<typeof pair.actors.check>>][] = [];
    for (const who of people) open.push([who, await pair.actors.check(who)]);
    const [, replaced] = pair.instances;
    await pair.restart();
    expect(pair.instances[1]).not.toBe(replaced);
    for (const [who, challenge] of open)
      expect((await pair.actors.verify(challenge, totpCode(who.totpSecret))).status).toBe(200);
  });
});

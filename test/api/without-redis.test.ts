/** Redis is never needed to be right: without it everything works and every limit and guard holds. */
import { randomUUID } from 'node:crypto';
import { totpCode } from '../support/totp';
import { randomName } from './support/actors';
import { wrongCodes } from './support/codes';
import { until } from './support/patience';
import { useProduct } from './support/product';

describe('without Redis', () => {
  const product = useProduct({ env: { REDIS_URL: 'redis://127.0.0.1:1' } });

  it('a whole sign-in works: challenge, code, trusted device, skip', async () => {
    const { actors } = product;
    const who = await actors.settledPerson();
    const answer = await actors.check(who);
    expect(answer.body).toMatchObject({ mfaRequired: false });
    expect(await actors.decisionOf(answer)).toMatchObject({ riskScore: 0 });
  });

  it('a policy change is in force at once', async () => {
    const { actors, stack } = product;
    const who = await actors.settledPerson();
    const at = await actors.application();
    for (const [mfaPolicy, expected] of [
      ['always', true],
      ['smart', false],
    ] as const) {
      const path = `/api/v1/applications/${at.clientId}`;
      expect((await stack.call('PATCH', path, { as: 'operator', body: { mfaPolicy } })).status).toBe(200);
      expect((await actors.check(who, {}, { at })).body['mfaRequired']).toBe(expected);
    }
  });

  it('failures are counted, and ten on a new device block', async () => {
    const { actors } = product;
    const who = await actors.settledPerson();
    const fingerprint = randomName();
    await actors.fail(who, 10, { fingerprint });
    expect((await actors.check(who, { fingerprint, deviceToken: undefined })).status).toBe(403);
  });

  it('five wrong codes kill the session and slow the account down', async () => {
    const { actors } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    for (const code of wrongCodes(who.totpSecret, 5)) await actors.verify(challenge, code);
    expect((await actors.verify(await actors.check(who), totpCode(who.totpSecret))).status).toBe(429);
  });

  it('one code in parallel succeeds once, and an Idempotency-Key makes one sign-in', async () => {
    const { actors } = product;
    const who = await actors.person();
    const headers = { 'idempotency-key': randomUUID() };
    const [one, other] = await Promise.all([
      actors.check(who, {}, { headers }),
      actors.check(who, {}, { headers }),
    ]);
    expect(one.body['mfaSessionId']).toBe(other.body['mfaSessionId']);
    const code = totpCode(who.totpSecret);
    const answers = await Promise.all(Array.from({ length: 5 }, () => actors.verify(one, code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('the product is degraded, and still ready', async () => {
    const ready = await until(
      () => product.stack.call('GET', '/health/ready'),
      ({ status }) => status === 200,
    );
    expect(ready.status).toBe(200);
    expect(ready.body).toMatchObject({ status: 'degraded', dependencies: { redis: 'down', postgres: 'up' } });
  });
});

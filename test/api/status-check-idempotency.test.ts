/** `status/check` with an Idempotency-Key: one sign-in, whatever the network repeats. */
import { randomUUID } from 'node:crypto';
import { NEW_YORK } from '../support/fake-network';
import { totpCode } from '../support/totp';
import { randomIp, randomName, type Person } from './support/actors';
import { useProduct } from './support/product';

const product = useProduct();
const newKey = () => ({ 'idempotency-key': randomUUID() });

async function signInsOf(who: Person): Promise<number> {
  const { rows } = await product.stack.database.pool.query<{ n: number }>(
    `select count(*)::int as n from sign_ins where user_id = $1 and state <> 'abandoned'`,
    [who.userId],
  );
  return rows[0]?.n ?? 0;
}

const inParallel = (count: number, who: Person, headers: Record<string, string>, change: object = {}) =>
  Promise.all(Array.from({ length: count }, () => product.actors.check(who, change, { headers })));

describe('a repeated status/check with the same key and body', () => {
  it('answers with the same MFA session and decision', async () => {
    const who = await product.actors.person();
    const headers = newKey();
    const first = await product.actors.check(who, {}, { headers });
    const second = await product.actors.check(who, {}, { headers });
    expect(first.status).toBe(200);
    expect({ ...second.body, expiresIn: 300 }).toEqual({ ...first.body, expiresIn: 300 });
    expect(second.body['expiresIn']).toBeLessThanOrEqual(300);
    expect(await signInsOf(who)).toBe(1);
  });

  it('20 times in parallel makes one challenge', async () => {
    const who = await product.actors.person();
    const answers = await inParallel(20, who, newKey());
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ body }) => `${body['mfaSessionId']} ${body['decisionId']}`)).size).toBe(1);
    expect(await signInsOf(who)).toBe(1);
  });

  it('20 times in parallel lets a trusted device in once, with one session and one receipt', async () => {
    const who = await product.actors.settledPerson();
    const before = await signInsOf(who);
    const answers = await inParallel(20, who, newKey());
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.body['mfaRequired']).toBe(false);
    expect((await signInsOf(who)) - before).toBe(1);
  });

  it('gives the same block again', async () => {
    const who = await product.actors.settledPerson();
    const ip = randomIp();
    product.stack.network.set(ip, { ...NEW_YORK, classes: ['threat_intel'] });
    const change = { ip, fingerprint: randomName(), deviceToken: undefined };
    const headers = newKey();
    const first = await product.actors.check(who, change, { headers });
    const second = await product.actors.check(who, change, { headers });
    expect([first.status, second.status]).toEqual([403, 403]);
    expect(second.text).toBe(first.text);
    expect(second.headers.get('x-decision-id')).toBe(first.headers.get('x-decision-id'));
  });

  it('counts the properties of the body, not their order', async () => {
    const who = await product.actors.person();
    const headers = newKey();
    const first = await product.actors.check(who, {}, { headers });
    const { userId, ip, fingerprint } = who;
    const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
    const reordered = await product.stack.call('POST', '/api/v1/auth/mfa/status/check', {
      as: 'demo-shop',
      headers,
      body: { fingerprint, userAgent, ip, userId },
    });
    expect(reordered.body['mfaSessionId']).toBe(first.body['mfaSessionId']);
  });

  it('keeps the session usable: its code is accepted once', async () => {
    const who = await product.actors.person();
    const headers = newKey();
    await product.actors.check(who, {}, { headers });
    const again = await product.actors.check(who, {}, { headers });
    expect((await product.actors.verify(again, totpCode(who.totpSecret))).status).toBe(200);
  });
});

describe('an Idempotency-Key of status/check', () => {
  it('with another body is 422', async () => {
    const who = await product.actors.person();
    const headers = newKey();
    await product.actors.check(who, {}, { headers });
    const reused = await product.actors.check(who, { ip: randomIp() }, { headers });
    expect(reused.status).toBe(422);
    expect(reused.body['code']).toBe('idempotency_key_reused');
    expect(await signInsOf(who)).toBe(1);
  });

  it('belongs to the caller: two clients with the same key and body get two sign-ins', async () => {
    const who = await product.actors.person();
    const headers = newKey();
    const one = await product.actors.check(who, {}, { headers });
    const other = await product.actors.check(who, {}, { headers, at: await product.actors.application() });
    expect([one.status, other.status]).toEqual([200, 200]);
    expect(other.body['mfaSessionId']).not.toBe(one.body['mfaSessionId']);
  });

  it('is over after ten minutes: 409', async () => {
    const who = await product.actors.person();
    const headers = newKey();
    await product.actors.check(who, {}, { headers });
    const age = (seconds: number) =>
      product.stack.database.pool.query(
        `update idempotency_keys set created_at = now() - make_interval(secs => $1)`,
        [seconds],
      );
    await age(595);
    expect((await product.actors.check(who, {}, { headers })).status).toBe(200);
    await age(601);
    const late = await product.actors.check(who, {}, { headers });
    expect(late.status).toBe(409);
    expect(late.body['code']).toBe('idempotency_key_expired');
  });

  it.each([
    ['was verified', async (who: Person, id: string) => product.actors.verify(id, totpCode(who.totpSecret))],
    [
      'was cancelled',
      async (_who: Person, mfaSessionId: string) =>
        product.stack.call('POST', '/api/v1/auth/mfa/session/cancel', { body: { mfaSessionId } }),
    ],
    [
      'has expired',
      async (who: Person) =>
        product.stack.database.pool.query(`update mfa_sessions set expires_at = now() where user_id = $1`, [
          who.userId,
        ]),
    ],
    [
      'belongs to a user disabled since',
      async (who: Person) =>
        product.stack.database.pool.query(`update users set status = 'disabled' where id = $1`, [who.userId]),
    ],
  ])('whose session %s is 409', async (_name, end) => {
    const who = await product.actors.person();
    const headers = newKey();
    const open = await product.actors.check(who, {}, { headers });
    await end(who, open.body['mfaSessionId']);
    const late = await product.actors.check(who, {}, { headers });
    expect(late.status).toBe(409);
    expect(late.body['code']).toBe('idempotency_key_expired');
  });

  it.each(['two words', '', 'x'.repeat(256), 'ümlaut'])(
    'of a bad form (%j) is a bad request',
    async (key) => {
      const who = await product.actors.person();
      const headers = { 'idempotency-key': Buffer.from(key).toString('latin1') };
      expect((await product.actors.check(who, {}, { headers })).status).toBe(400);
    },
  );

  it('absent, every request is a sign-in of its own', async () => {
    const who = await product.actors.person();
    const [one, other] = [await product.actors.check(who), await product.actors.check(who)];
    expect(one.body['mfaSessionId']).not.toBe(other.body['mfaSessionId']);
    expect(await signInsOf(who)).toBe(2);
  });
});

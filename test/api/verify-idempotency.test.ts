/** A client that lost the answer of `verify` asks again with the same key and gets the same one. */
import { randomUUID } from 'node:crypto';
import { totpCode } from '../support/totp';
import type { Person } from './support/actors';
import { wrongCode } from './support/codes';
import { useProduct } from './support/product';

describe('verify with an Idempotency-Key', () => {
  const product = useProduct();
  const newKey = () => ({ 'idempotency-key': randomUUID() });

  async function attemptsOf(who: Person): Promise<number[]> {
    const { rows } = await product.stack.database.pool.query<{ attempts: number }>(
      `select attempts from mfa_sessions where user_id = $1`,
      [who.userId],
    );
    return rows.map((row) => row.attempts);
  }

  it('repeated gives the same session, receipt and device token', async () => {
    const { actors } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    const headers = newKey();
    const code = totpCode(who.totpSecret);
    const first = await actors.verify(challenge, code, { headers });
    expect(first.status).toBe(200);
    expect(first.body['deviceToken']).toBeDefined();
    const second = await actors.verify(challenge, code, { headers });
    expect(second.status).toBe(200);
    expect(second.body).toEqual(first.body);
  });

  it('sent 10 times in parallel gives one and the same answer', async () => {
    const { actors } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    const headers = newKey();
    const code = totpCode(who.totpSecret);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => actors.verify(challenge, code, { headers })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await attemptsOf(who)).toEqual([1]);
  });

  it('repeated after a wrong code is wrong again and costs one try only', async () => {
    const { actors } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    const headers = newKey();
    const code = wrongCode(who.totpSecret);
    for (let n = 0; n < 3; n += 1) {
      expect((await actors.verify(challenge, code, { headers })).status).toBe(401);
    }
    expect(await attemptsOf(who)).toEqual([1]);
  });

  it('with another code under the same key is 422', async () => {
    const { actors } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    const headers = newKey();
    await actors.verify(challenge, wrongCode(who.totpSecret), { headers });
    const reused = await actors.verify(challenge, totpCode(who.totpSecret), { headers });
    expect(reused.status).toBe(422);
    expect(reused.body['code']).toBe('idempotency_key_reused');
    expect(await attemptsOf(who)).toEqual([1]);
  });

  it('belongs to its session: another session may use the same key', async () => {
    const { actors } = product;
    const who = await actors.person();
    const headers = newKey();
    const first = await actors.verify(await actors.check(who), totpCode(who.totpSecret), { headers });
    await actors.forgetSpentCodes(who);
    const second = await actors.verify(await actors.check(who), totpCode(who.totpSecret), { headers });
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body['sessionId']).not.toBe(first.body['sessionId']);
  });

  it('repeated after ten minutes is 409', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    const headers = newKey();
    const code = totpCode(who.totpSecret);
    await actors.verify(challenge, code, { headers });
    await stack.database.pool.query(
      `update idempotency_keys set created_at = now() - interval '601 seconds'`,
    );
    const late = await actors.verify(challenge, code, { headers });
    expect(late.status).toBe(409);
    expect(late.body['code']).toBe('idempotency_key_expired');
  });

  it('repeated gives nothing to a user disabled, or a session revoked, since', async () => {
    const { actors, stack } = product;
    for (const change of [
      `update users set status = 'disabled' where id = $1`,
      `update sessions set revoked_at = now() where user_id = $1`,
    ]) {
      const who = await actors.person();
      const challenge = await actors.check(who);
      const headers = newKey();
      const code = totpCode(who.totpSecret);
      expect((await actors.verify(challenge, code, { headers })).status).toBe(200);
      await stack.database.pool.query(change, [who.userId]);
      expect((await actors.verify(challenge, code, { headers })).status).toBe(401);
    }
  });

  it('absent, a repeat is refused', async () => {
    const { actors } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    const code = totpCode(who.totpSecret);
    expect((await actors.verify(challenge, code)).status).toBe(200);
    expect((await actors.verify(challenge, code)).status).toBe(401);
  });

  it.each(['two words', '', 'x'.repeat(256), 'ümlaut'])(
    'of a bad form (%j) is a bad request',
    async (key) => {
      const { actors } = product;
      const challenge = await actors.check(await actors.person());
      const headers = { 'idempotency-key': Buffer.from(key).toString('latin1') };
      const refused = await actors.verify(challenge, '000000', { headers });
      expect(refused.status).toBe(400);
    },
  );
});

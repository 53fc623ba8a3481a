/** Which TOTP codes are accepted: one step of drift, each code once, never an older step after a newer one. */
import { totpCode } from '../support/totp';
import type { Person } from './support/actors';
import { wrongCode } from './support/codes';
import { withinOneStep } from './support/database-time';
import { useProduct } from './support/product';

describe('a TOTP code', () => {
  const product = useProduct();

  /** Opens a challenge and answers it with the code `offset` steps from now. */
  async function answer(who: Person, offset: number) {
    const { actors } = product;
    return actors.verify(await actors.check(who), totpCode(who.totpSecret, offset));
  }

  it.each([-1, 0, 1])('of %i steps from now is accepted', async (offset) => {
    const answered = await withinOneStep(async () => answer(await product.actors.person(), offset));
    expect(answered.status).toBe(200);
  });

  it.each([-3, -2, 2, 3])('of %i steps from now is refused', async (offset) => {
    const answered = await withinOneStep(async () => answer(await product.actors.person(), offset));
    expect(answered.status).toBe(401);
    expect(answered.body['code']).toBe('verification_failed');
  });

  it("of another user's authenticator is refused", async () => {
    const { actors } = product;
    const [who, other] = [await actors.person(), await actors.person()];
    const refused = await actors.verify(await actors.check(who), totpCode(other.totpSecret));
    expect(refused.status).toBe(401);
  });

  it('accepted once is refused in the same session', async () => {
    const { actors } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    const code = totpCode(who.totpSecret);
    expect((await actors.verify(challenge, code)).status).toBe(200);
    expect((await actors.verify(challenge, code)).status).toBe(401);
  });

  it('accepted once is refused in every other session, opened before or after', async () => {
    const { actors } = product;
    const who = await actors.person();
    const [before, challenge] = [await actors.check(who), await actors.check(who)];
    const code = totpCode(who.totpSecret);
    expect((await actors.verify(challenge, code)).status).toBe(200);
    expect((await actors.verify(before, code)).status).toBe(401);
    expect((await actors.verify(await actors.check(who), code)).status).toBe(401);
  });

  it('of an older step is refused after one of a newer step was accepted', async () => {
    const { actors } = product;
    const statuses = await withinOneStep(async () => {
      const who = await actors.person();
      const newer = await answer(who, 1);
      return [newer.status, (await answer(who, 0)).status, (await answer(who, -1)).status];
    });
    expect(statuses).toEqual([200, 401, 401]);
  });

  it('of a newer step is accepted after one of an older step', async () => {
    const { actors } = product;
    const statuses = await withinOneStep(async () => {
      const who = await actors.person();
      const older = await answer(who, -1);
      return [older.status, (await answer(who, 0)).status, (await answer(who, 1)).status];
    });
    expect(statuses).toEqual([200, 200, 200]);
  });

  it('that is right is accepted after a wrong one in the same session', async () => {
    const { actors } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    expect((await actors.verify(challenge, wrongCode(who.totpSecret))).status).toBe(401);
    expect((await actors.verify(challenge, totpCode(who.totpSecret))).status).toBe(200);
  });

  it.each(['12345', '1234567', '12345a', ' 12345', '１２３４５６', '', '-12345'])(
    'that is not six ASCII digits (%j) is a bad request and costs no try',
    async (code) => {
      const { actors, stack } = product;
      const who = await actors.person();
      const challenge = await actors.check(who);
      const refused = await actors.verify(challenge, code);
      expect(refused.status).toBe(400);
      expect(refused.body['code']).toBe('invalid_request');
      const { rows } = await stack.database.pool.query(
        `select attempts from mfa_sessions where user_id = $1`,
        [who.userId],
      );
      expect(rows).toEqual([{ attempts: 0 }]);
    },
  );

  it('accepted is answered with user, session and receipt, and audited', async () => {
    const { actors } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    const verified = await actors.verify(challenge, totpCode(who.totpSecret));
    expect(verified.body).toMatchObject({ verified: true, userId: who.userId });
    expect(verified.body['sessionId']).toMatch(/^ses_/);
    expect(verified.body['receipt'].split('.')).toHaveLength(3);
    expect(await actors.auditOf(challenge)).toEqual([
      'MFA required by risk assessment',
      'MFA session created',
      'MFA verification successful',
    ]);
    expect(await actors.decisionOf(challenge)).toMatchObject({ outcome: 'challenge', state: 'verified' });
  });
});

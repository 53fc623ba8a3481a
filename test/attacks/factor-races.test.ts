/** Factors race with each other, and with what replaces them. */
import { answerWithCode, codesFor } from '../api/support/backup-codes';
import { answerWith, askForPush, deviceOf } from '../api/support/devices';
import { until } from '../api/support/patience';
import { verified } from '../api/support/prompts';
import { attackOn, countOf, expectStanding, expectStatuses, holdingsOf } from './support/aftermath';
import { DIRECT_METHODS, equipped, RIGHT_BODIES, send } from './support/equipped';
import { usePair } from './support/pair';
import { expectOneWinner } from './support/race';

const product = usePair();

describe('one session answered rightly by every method at once', () => {
  it('is verified once, and one factor is spent', async () => {
    const user = await equipped(product);
    const { who, state } = user;
    const challenge = await product.actors.check(who);
    const { before } = await attackOn(product, who, challenge);
    const bodies = [];
    for (const method of DIRECT_METHODS) bodies.push(await RIGHT_BODIES[method](user, product, challenge));
    const { challengeId, number } = (await askForPush(product, challenge)).body as Record<string, string>;
    const prompt = { challengeId: String(challengeId), number: String(number) };
    const approving = answerWith(product, state, { ...prompt, decision: 'approve' });
    const answers = await Promise.all(bodies.map((body) => send(product, challenge, body)));
    const approved = await approving;
    expect([200, 409]).toContain(approved.status);
    answers.push(await verified(product, { challenge, ...prompt }));
    expectStatuses(answers, 200, 401);
    await expectStanding(product, challenge, { state: 'verified' });
    const after = await holdingsOf(product, who);
    expect(after).toMatchObject({ sessions: before.sessions + 1, proofs: before.proofs + 1 });
    const spent = [
      after.totp[0]?.[1] !== before.totp[0]?.[1],
      after.backupCodesLeft !== before.backupCodesLeft,
      after.passkeys[0]?.[1] !== before.passkeys[0]?.[1],
      after.approvals !== before.approvals,
    ];
    expect(spent.filter(Boolean)).toHaveLength(1);
    expect(countOf(answers, 200)).toBe(1);
  });
});

describe('backup codes', () => {
  it('made anew twice at once while an old one is used: one set is left, whole, and one list is good', async () => {
    const who = await product.actors.person();
    const [old] = await codesFor(product, who);
    const challenge = await product.actors.check(who);
    const [answer, ...lists] = await Promise.all([
      answerWithCode(product, challenge, old),
      codesFor(product, who),
      codesFor(product, who),
    ]);
    await expectOneWinner(product, who, { challenge, answer, rival: 'cancelled' });
    const { rows } = await product.stack.database.pool.query(
      `select count(*)::int as codes, count(distinct set_id)::int as sets from backup_codes
       where user_id = $1 and used_at is null`,
      [who.userId],
    );
    expect(rows).toEqual([{ codes: 10, sets: 1 }]);
    const good = [];
    for (const [code] of lists)
      good.push((await answerWithCode(product, await product.actors.check(who), code)).status);
    expect(good.sort()).toEqual([200, 401]);
    const again = await answerWithCode(product, await product.actors.check(who), old);
    expect(again.status).toBe(401);
  });
});

describe('one prompt on two devices', () => {
  it('approved here and denied there at once is one of both', async () => {
    const who = await product.actors.person();
    const devices = [await deviceOf(product, who), await deviceOf(product, who)];
    const challenge = await product.actors.check(who);
    const { challengeId, number } = (await askForPush(product, challenge)).body as Record<string, string>;
    const id = String(challengeId);
    const [approved, denied] = await Promise.all(
      devices.map((state, n) =>
        answerWith(product, state, {
          challengeId: id,
          ...(n ? { decision: 'deny' } : { decision: 'approve', number }),
        } as never),
      ),
    );
    expect([approved?.status, denied?.status].sort()).toEqual([200, 409]);
    const answer = await until(
      () => verified(product, { challenge, challengeId: id }),
      ({ status }) => status !== 409,
    );
    expect(answer.status).toBe(approved?.status === 200 ? 200 : 401);
    await expectOneWinner(product, who, { challenge, answer, rival: 'pending' });
  });
});

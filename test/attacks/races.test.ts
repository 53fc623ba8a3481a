/** A right answer races with what takes its ground away: one of them is first, and nothing is left half done. */
import type { HttpAnswer } from '../support/http-client';
import { totpCode } from '../support/totp';
import type { Person } from '../api/support/actors';
import { answerWithCode, codesFor } from '../api/support/backup-codes';
import { sessionsEndIn } from '../api/support/database-time';
import { answerWith, askForPush, deviceOf } from '../api/support/devices';
import { methodIdOf, removeMethod } from '../api/support/factors';
import { until } from '../api/support/patience';
import { verified } from '../api/support/prompts';
import {
  attackOn,
  countOf,
  expectStanding,
  expectStatuses,
  holdingsOf,
  type Standing,
} from './support/aftermath';
import { DIRECT_METHODS, equipped, RIGHT_BODIES, send } from './support/equipped';
import { usePair } from './support/pair';

const product = usePair();
const ROUNDS = 6;

const asOperator = (method: string, path: string) => product.stack.call(method, path, { as: 'operator' });
const act = (who: Person, action: string) =>
  asOperator('POST', `/api/v1/admin/users/${who.userId}/${action}`);
const cancel = ({ body: { mfaSessionId } }: HttpAnswer) =>
  product.stack.call('POST', '/api/v1/auth/mfa/session/cancel', { body: { mfaSessionId } });

/** Races that several people run at the same time, since each has one chance only. */
async function rounds(race: (who: Person, challenge: HttpAnswer) => Promise<void>): Promise<void> {
  const people = await Promise.all(Array.from({ length: ROUNDS }, () => product.actors.person()));
  await Promise.all(people.map(async (who) => race(who, await product.actors.check(who))));
}

/** The session ended by the answer if that was accepted, else as the rival wanted; and sessions were opened accordingly. */
async function expectOneWinner(
  who: Person,
  { challenge, answer, rival }: { challenge: HttpAnswer; answer: HttpAnswer; rival: Standing['state'] },
): Promise<void> {
  expectStatuses([answer], 200, 401);
  const won = answer.status === 200;
  await expectStanding(product, challenge, { state: won ? 'verified' : rival });
  const { proofs } = await holdingsOf(product, who);
  expect(proofs).toBe(won ? 1 : 0);
}

describe('a right answer at the moment at which', () => {
  it('its session is cancelled', async () => {
    await rounds(async (who, challenge) => {
      const answering = product.actors.verify(challenge, totpCode(who.totpSecret));
      const [answer, cancelled] = await Promise.all([answering, cancel(challenge)]);
      expect(cancelled.status).toBe(204);
      await expectOneWinner(who, { challenge, answer, rival: 'cancelled' });
    });
  });

  it('its session expires', async () => {
    await rounds(async (who, challenge) => {
      const answering = product.actors.verify(challenge, totpCode(who.totpSecret));
      const [answer] = await Promise.all([answering, sessionsEndIn(product.stack.database, who, 0)]);
      await expectOneWinner(who, { challenge, answer, rival: 'pending' });
      expect((await product.actors.verify(challenge, totpCode(who.totpSecret, 1))).status).toBe(401);
    });
  });

  it('its user is disabled: whoever won, nobody is signed in', async () => {
    await rounds(async (who, challenge) => {
      const answering = product.actors.verify(challenge, totpCode(who.totpSecret));
      const [answer, disabled] = await Promise.all([answering, act(who, 'disable')]);
      expect(disabled.status).toBe(204);
      await expectOneWinner(who, { challenge, answer, rival: 'cancelled' });
      expect((await holdingsOf(product, who)).sessions).toBe(0);
    });
  });

  it('its factor is removed, or all are', async () => {
    await rounds(async (who, challenge) => {
      const id = await methodIdOf(product, who);
      const answering = product.actors.verify(challenge, totpCode(who.totpSecret));
      const removing =
        challenge.body['decisionId'] > 'dec_V' ? act(who, 'reset-factors') : removeMethod(product, who, id);
      const [answer, removed] = await Promise.all([answering, removing]);
      expect(removed.status).toBe(204);
      await expectOneWinner(who, { challenge, answer, rival: 'cancelled' });
      // The trust that rested on the factor went with it, also if it was created a moment before.
      expect(await holdingsOf(product, who)).toMatchObject({ totp: [], trustedDevices: 0 });
    });
  });

  it('the sessions of its user are revoked: none is left', async () => {
    await rounds(async (who, challenge) => {
      const answering = product.actors.verify(challenge, totpCode(who.totpSecret));
      const [answer, revoked] = await Promise.all([answering, act(who, 'revoke-sessions')]);
      expect(revoked.status).toBe(204);
      await expectOneWinner(who, { challenge, answer, rival: 'cancelled' });
      expect((await holdingsOf(product, who)).sessions).toBe(0);
    });
  });
});

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
    await expectOneWinner(who, { challenge, answer, rival: 'cancelled' });
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
    await expectOneWinner(who, { challenge, answer, rival: 'pending' });
  });
});

/** Everything that must not be enough for an approval. */
import { totpCode } from '../support/totp';
import {
  answerWith,
  askForPush,
  otherNumber,
  promptsOf,
  standingOf,
  verifyPush,
} from '../api/support/devices';
import {
  attackOn,
  expectNothingGained,
  expectOneSuccess,
  expectRefusal,
  expectStanding,
} from './support/aftermath';
import { usePair } from './support/pair';
import { approve, asked, attemptsOf, verified } from '../api/support/prompts';

const product = usePair();

/** A prompt, and what its user had when it was opened. */
async function attacked() {
  const prompt = await asked(product);
  return { prompt, attack: await attackOn(product, prompt.who, prompt.challenge) };
}

describe('no approval', () => {
  it('with a wrong number: one try of the session is charged and the prompt is over', async () => {
    const { prompt, attack } = await attacked();
    const wrong = await approve(product, { ...prompt, number: otherNumber(prompt.number) });
    expect(wrong).toEqual({ status: 200, body: { received: true } });
    expectRefusal(await verified(product, prompt));
    expect(await standingOf(product, prompt)).toBe('denied');
    expect(await attemptsOf(product, prompt)).toBe(1);
    expectRefusal(await approve(product, prompt), 'challenge_closed');
    await expectNothingGained(product, attack, { state: 'pending', attempts: 1 });
    const again = await askForPush(product, prompt.challenge);
    expect(again.body['challengeId']).not.toBe(prompt.challengeId);
  });

  it('with the number of another prompt', async () => {
    const { prompt: mine, attack } = await attacked();
    let yours = await asked(product);
    while (yours.number === mine.number) yours = await asked(product);
    await approve(product, { ...mine, number: yours.number });
    expectRefusal(await verified(product, mine));
    await expectNothingGained(product, attack, { state: 'pending', attempts: 1 });
  });

  it('without a number: refused as malformed, and the prompt stays open', async () => {
    const { prompt, attack } = await attacked();
    const { state, challengeId } = prompt;
    expect((await answerWith(product, state, { challengeId, decision: 'approve' })).status).toBe(400);
    expect(
      (await answerWith(product, state, { challengeId, decision: 'approve', number: '123' })).status,
    ).toBe(400);
    await expectNothingGained(product, attack, { state: 'pending', attempts: 0 });
    await approve(product, prompt);
    expect((await verified(product, prompt)).status).toBe(200);
    await expectOneSuccess(product, attack, { by: 'push', attempts: 1 });
  });

  it('after it was denied', async () => {
    const { prompt, attack } = await attacked();
    const { state, challengeId } = prompt;
    expect((await answerWith(product, state, { challengeId, decision: 'deny' })).status).toBe(200);
    expectRefusal(await approve(product, prompt), 'challenge_closed');
    expect(await standingOf(product, prompt)).toBe('denied');
    expectRefusal(await verifyPush(product, prompt));
    await expectNothingGained(product, attack, { state: 'pending', attempts: 0 });
  });

  it('after 120 seconds, nor at that very instant', async () => {
    const { prompt, attack } = await attacked();
    await product.stack.database.pool.query(
      `update push_challenges set expires_at = clock_timestamp() where id = $1`,
      [prompt.challengeId],
    );
    expect(await promptsOf(product, prompt.state)).toEqual([]);
    expectRefusal(await approve(product, prompt), 'challenge_closed');
    expect(await standingOf(product, prompt)).toBe('expired');
    expectRefusal(await verifyPush(product, prompt));
    await expectNothingGained(product, attack, { state: 'pending', attempts: 0 });
    expect((await askForPush(product, prompt.challenge)).status).toBe(201);
  });

  it('once the session is over by other means', async () => {
    const { prompt, attack } = await attacked();
    await product.actors.verify(prompt.challenge, totpCode(prompt.who.totpSecret));
    expectRefusal(await approve(product, prompt), 'challenge_closed');
    expect(await standingOf(product, prompt)).toBe('expired');
    expectRefusal(await verifyPush(product, prompt));
    await expectOneSuccess(product, attack, { by: 'totp', attempts: 1 });
  });

  it('of a user who was disabled, or whose factors were reset', async () => {
    for (const action of ['disable', 'reset-factors']) {
      const { prompt, attack } = await attacked();
      const path = `/api/v1/admin/users/${prompt.who.userId}/${action}`;
      expect((await product.stack.call('POST', path, { as: 'operator' })).status).toBe(204);
      expectRefusal(await approve(product, prompt), 'unauthorized');
      expectRefusal(await verifyPush(product, prompt));
      // With the factors went the authenticator.
      const before = action === 'disable' ? attack.before : { ...attack.before, totp: [] };
      await expectNothingGained(product, { ...attack, before }, { state: 'cancelled', attempts: 0 });
    }
  });

  it("by another user's device, which does not learn that the prompt exists", async () => {
    const [{ prompt: mine, attack }, yours] = [await attacked(), await asked(product)];
    const { challengeId, number } = mine;
    const foreign = await answerWith(product, yours.state, { challengeId, decision: 'approve', number });
    const unknown = await answerWith(product, yours.state, {
      challengeId: 'chl_AAAAAAAAAAAAAAAAAAAAAA',
      decision: 'approve',
      number,
    });
    for (const refused of [foreign, unknown]) expectRefusal(refused, 'not_found');
    await expectNothingGained(product, attack, { state: 'pending', attempts: 0 });
    expect(await promptsOf(product, yours.state)).not.toContainEqual(
      expect.objectContaining({ challengeId }),
    );
    await approve(product, mine);
    expect((await verified(product, mine)).status).toBe(200);
  });

  it("in another session of the same user: verify there is refused, and the session's own holder gets it", async () => {
    const { prompt, attack } = await attacked();
    const other = await product.actors.check(prompt.who);
    await approve(product, prompt);
    const { challengeId } = prompt;
    expectRefusal(await verified(product, { ...prompt, challenge: other, challengeId }));
    expect((await verified(product, prompt)).status).toBe(200);
    await expectOneSuccess(product, attack, { by: 'push', attempts: 1 });
    await expectStanding(product, other, { state: 'pending', attempts: 0 });
  });

  it('by a second answer: of 20 at a time one counts', async () => {
    const { prompt, attack } = await attacked();
    const answers = await Promise.all(Array.from({ length: 20 }, () => approve(product, prompt)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(19).fill(409)]);
    expect((await verified(product, prompt)).status).toBe(200);
    await expectOneSuccess(product, attack, { by: 'push', attempts: 1 });
  });

  it('from the fifth wrong number on: the session is dead', async () => {
    const { prompt, attack } = await attacked();
    const { pool } = product.stack.database;
    await pool.query(`update mfa_sessions set attempts = 4 where user_id = $1`, [prompt.who.userId]);
    await approve(product, { ...prompt, number: otherNumber(prompt.number) });
    expectRefusal(await verified(product, prompt));
    await expectNothingGained(product, attack, { state: 'dead', attempts: 5 });
    expectRefusal(await askForPush(product, prompt.challenge));
  });
});

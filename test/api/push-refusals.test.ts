/** Everything that must not be enough for an approval. */
import { totpCode } from '../support/totp';
import { answerWith, askForPush, otherNumber, promptsOf, standingOf, verifyPush } from './support/devices';
import { useProduct } from './support/product';
import { approve, asked, attemptsOf, verified } from './support/prompts';

const product = useProduct();

describe('no approval', () => {
  it('with a wrong number: one try of the session is charged and the prompt is over', async () => {
    const prompt = await asked(product);
    const wrong = await approve(product, { ...prompt, number: otherNumber(prompt.number) });
    expect(wrong).toEqual({ status: 200, body: { received: true } });
    const answer = await verified(product, prompt);
    expect([answer.status, answer.body['code']]).toEqual([401, 'verification_failed']);
    expect(await standingOf(product, prompt)).toBe('denied');
    expect(await attemptsOf(product, prompt)).toBe(1);
    expect((await approve(product, prompt)).body['code']).toBe('challenge_closed');
    const again = await askForPush(product, prompt.challenge);
    expect(again.body['challengeId']).not.toBe(prompt.challengeId);
  });

  it('with the number of another prompt', async () => {
    const mine = await asked(product);
    let yours = await asked(product);
    while (yours.number === mine.number) yours = await asked(product);
    await approve(product, { ...mine, number: yours.number });
    expect((await verified(product, mine)).status).toBe(401);
  });

  it('without a number: refused as malformed, and the prompt stays open', async () => {
    const prompt = await asked(product);
    const { state, challengeId } = prompt;
    expect((await answerWith(product, state, { challengeId, decision: 'approve' })).status).toBe(400);
    expect(
      (await answerWith(product, state, { challengeId, decision: 'approve', number: '123' })).status,
    ).toBe(400);
    await approve(product, prompt);
    expect((await verified(product, prompt)).status).toBe(200);
  });

  it('after it was denied', async () => {
    const prompt = await asked(product);
    const { state, challengeId } = prompt;
    expect((await answerWith(product, state, { challengeId, decision: 'deny' })).status).toBe(200);
    expect((await approve(product, prompt)).status).toBe(409);
    expect(await standingOf(product, prompt)).toBe('denied');
    expect((await verifyPush(product, prompt)).status).toBe(401);
    expect(await attemptsOf(product, prompt)).toBe(0);
  });

  it('after 120 seconds, nor at that very instant', async () => {
    const prompt = await asked(product);
    await product.stack.database.pool.query(
      `update push_challenges set expires_at = clock_timestamp() where id = $1`,
      [prompt.challengeId],
    );
    expect(await promptsOf(product, prompt.state)).toEqual([]);
    expect((await approve(product, prompt)).status).toBe(409);
    expect(await standingOf(product, prompt)).toBe('expired');
    expect((await verifyPush(product, prompt)).status).toBe(401);
    expect((await askForPush(product, prompt.challenge)).status).toBe(201);
  });

  it('once the session is over by other means', async () => {
    const prompt = await asked(product);
    await product.actors.verify(prompt.challenge, totpCode(prompt.who.totpSecret));
    expect((await approve(product, prompt)).status).toBe(409);
    expect(await standingOf(product, prompt)).toBe('expired');
    expect((await verifyPush(product, prompt)).status).toBe(401);
  });

  it('of a user who was disabled, or whose factors were reset', async () => {
    for (const action of ['disable', 'reset-factors']) {
      const prompt = await asked(product);
      const path = `/api/v1/admin/users/${prompt.who.userId}/${action}`;
      expect((await product.stack.call('POST', path, { as: 'operator' })).status).toBe(204);
      expect([action, (await approve(product, prompt)).status]).toEqual([action, 401]);
      expect((await verifyPush(product, prompt)).status).toBe(401);
    }
  });

  it("by another user's device, which does not learn that the prompt exists", async () => {
    const [mine, yours] = [await asked(product), await asked(product)];
    const { challengeId, number } = mine;
    const foreign = await answerWith(product, yours.state, { challengeId, decision: 'approve', number });
    const unknown = await answerWith(product, yours.state, {
      challengeId: 'chl_AAAAAAAAAAAAAAAAAAAAAA',
      decision: 'approve',
      number,
    });
    expect([foreign.status, unknown.status]).toEqual([404, 404]);
    expect(Object.keys(foreign.body)).toEqual(Object.keys(unknown.body));
    expect(await promptsOf(product, yours.state)).not.toContainEqual(
      expect.objectContaining({ challengeId }),
    );
    await approve(product, mine);
    expect((await verified(product, mine)).status).toBe(200);
  });

  it("in another session of the same user: verify there is refused, and the session's own holder gets it", async () => {
    const prompt = await asked(product);
    const other = await product.actors.check(prompt.who);
    await approve(product, prompt);
    const { challengeId } = prompt;
    expect((await verified(product, { ...prompt, challenge: other, challengeId })).status).toBe(401);
    expect((await verified(product, prompt)).status).toBe(200);
  });

  it('by a second answer: of 20 at a time one counts', async () => {
    const prompt = await asked(product);
    const answers = await Promise.all(Array.from({ length: 20 }, () => approve(product, prompt)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(19).fill(409)]);
    expect((await verified(product, prompt)).status).toBe(200);
    expect(await attemptsOf(product, prompt)).toBe(1);
  });

  it('from the fifth wrong number on: the session is dead', async () => {
    const prompt = await asked(product);
    const { pool } = product.stack.database;
    await pool.query(`update mfa_sessions set attempts = 4 where user_id = $1`, [prompt.who.userId]);
    await approve(product, { ...prompt, number: otherNumber(prompt.number) });
    expect((await verified(product, prompt)).status).toBe(401);
    expect((await askForPush(product, prompt.challenge)).status).toBe(401);
  });
});

/** An approval whose Signal was lost completes its sign-in although nobody asks: the relay of the workers announces it. */
import { createTemporalClient } from '../../runtime/temporal-connection';
import { relayAnswers } from '../../worker/answer-relay';
import { startRelay } from '../../worker/start-relay';
import { answerWith, otherNumber, standingOf, verifyPush } from '../api/support/devices';
import { until } from '../api/support/patience';
import { useProduct } from '../api/support/product';
import { approve, asked, attemptsOf, type Asked } from '../api/support/prompts';

const product = useProduct();

function relay() {
  const { config, deps, database } = product.stack;
  const client = createTemporalClient(config, deps.keys);
  const whole = { pool: database.pool, logger: deps.logger, client, taskQueue: config.DECISIONS_TASK_QUEUE };
  return {
    deps: whole,
    pass: (graceSeconds = 0) => relayAnswers(whole, graceSeconds),
    close: () => client.connection.close(),
  };
}

/** Approves at an API that dies before it has told the workflow. */
async function approveUnheard(prompt: Asked, number = prompt.number): Promise<void> {
  const lost = jest.spyOn(product.stack.deps.temporal, 'ringPush').mockResolvedValue(undefined);
  try {
    const { challengeId, state } = prompt;
    const answer = await answerWith(product, state, { challengeId, decision: 'approve', number });
    expect(answer.status).toBe(200);
  } finally {
    lost.mockRestore();
  }
}

/** The store's word on the session, without asking the API anything. */
async function stateOf({ who }: Asked): Promise<string | undefined> {
  const { rows } = await product.stack.database.pool.query<{ state: string }>(
    `select state from mfa_sessions where user_id = $1 order by created_at desc limit 1`,
    [who.userId],
  );
  return rows[0]?.state;
}
const settled = (prompt: Asked) =>
  until(
    () => stateOf(prompt),
    (state) => state !== 'pending',
  );
const put = (prompt: Asked, change: string) =>
  product.stack.database.pool.query(`update push_challenges set ${change} where id = $1`, [
    prompt.challengeId,
  ]);

describe('the relay of answers', () => {
  it('has an approval judged of which the workflow never heard, and the holder gets the session', async () => {
    const prompt = await asked(product);
    await approveUnheard(prompt);
    expect(await stateOf(prompt)).toBe('pending');
    const { pass, close } = relay();
    expect(await pass()).toBe(1);
    expect(await settled(prompt)).toBe('verified');
    expect(await pass()).toBe(0);
    await close();
    expect((await verifyPush(product, prompt)).status).toBe(200);
  });

  it('runs beside every worker, every second', async () => {
    const prompt = await asked(product);
    await approveUnheard(prompt);
    await put(prompt, `answered_at = answered_at - interval '6 seconds'`);
    const { deps, close } = relay();
    const { stop } = startRelay(deps);
    expect(await settled(prompt)).toBe('verified');
    stop();
    await close();
  });

  it('waits for the API, then announces once in a while, of several workers one', async () => {
    const prompt = await asked(product);
    await approveUnheard(prompt);
    const { pass, deps, close } = relay();
    expect(await pass(5)).toBe(0);
    await put(prompt, `answered_at = answered_at - interval '6 seconds'`);
    // Nothing may come of it here, or the verdict would hide who announced how often.
    const silent = { ...deps, client: { ...deps.client, withDeadline: () => Promise.resolve() } as never };
    const counts = await Promise.all([1, 2, 3].map(() => relayAnswers(silent, 5)));
    expect(counts.sort()).toEqual([0, 0, 1]);
    expect(await pass(5)).toBe(0);
    await put(prompt, `rung_at = rung_at - interval '6 seconds'`);
    expect(await pass(5)).toBe(1);
    expect(await settled(prompt)).toBe('verified');
    await close();
  });

  it('announces again after Temporal was away', async () => {
    const prompt = await asked(product);
    await approveUnheard(prompt);
    const { pass, deps, close } = relay();
    const away = {
      ...deps,
      client: { ...deps.client, withDeadline: () => Promise.reject(new Error()) } as never,
    };
    await expect(relayAnswers(away, 0)).rejects.toThrow();
    expect(await stateOf(prompt)).toBe('pending');
    await pass();
    expect(await settled(prompt)).toBe('verified');
    await close();
  });

  it('has a wrong number refused once, and charges one try', async () => {
    const prompt = await asked(product);
    await approveUnheard(prompt, otherNumber(prompt.number));
    const { pass, close } = relay();
    await pass();
    await until(
      () => standingOf(product, prompt),
      (standing) => standing === 'denied',
    );
    expect(await pass()).toBe(0);
    expect([await stateOf(prompt), await attemptsOf(product, prompt)]).toEqual(['pending', 1]);
    await close();
  });

  it('announces nothing that was judged, not answered, denied, or whose session is over', async () => {
    const [judged, open, denied, over] = [
      await asked(product),
      await asked(product),
      await asked(product),
      await asked(product),
    ];
    await approve(product, judged);
    expect(await settled(judged)).toBe('verified');
    await answerWith(product, denied.state, { challengeId: denied.challengeId, decision: 'deny' });
    await approveUnheard(over);
    await product.stack.database.pool.query(
      `update mfa_sessions set expires_at = clock_timestamp() where user_id = $1`,
      [over.who.userId],
    );
    const { pass, close } = relay();
    expect(await pass()).toBe(0);
    expect(await standingOf(product, open)).toBe('pending');
    await close();
  });
});

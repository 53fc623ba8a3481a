/** Where an approval stands, as server-sent events. */
import { startStack } from '../support/stack';
import { askForPush, deviceOf } from './support/devices';
import { useProduct } from './support/product';
import { approve, asked, verified, type Asked } from './support/prompts';

const product = useProduct();

function listen({ challenge, challengeId }: Pick<Asked, 'challenge' | 'challengeId'>, address?: string) {
  const headers = { accept: 'text/event-stream', 'x-mfa-session': String(challenge.body['mfaSessionId']) };
  return fetch(`${address ?? product.stack.address}/api/v1/auth/mfa/challenge/${challengeId}`, { headers });
}

const statusesIn = (events: string) =>
  [...events.matchAll(/^data: (.+)$/gm)].map(
    ([, data]) => (JSON.parse(data ?? '{}') as { status: string }).status,
  );

describe('the stream of a prompt', () => {
  it('says what changes, and ends with the verdict', async () => {
    const prompt = await asked(product);
    const response = await listen(prompt);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    await approve(product, prompt);
    expect(statusesIn(await response.text())).toEqual(['pending', 'approved']);
    expect((await verified(product, prompt)).status).toBe(200);
  });

  it('ends at once for a prompt that is settled, and with `expired` at its deadline', async () => {
    const prompt = await asked(product);
    const response = await listen(prompt);
    await product.stack.database.pool.query(
      `update push_challenges set expires_at = clock_timestamp() where id = $1`,
      [prompt.challengeId],
    );
    expect(statusesIn(await response.text()).at(-1)).toBe('expired');
    expect(statusesIn(await (await listen(prompt)).text())).toEqual(['expired']);
  });

  it('is for the holder of its session only', async () => {
    const [mine, yours] = [await asked(product), await asked(product)];
    expect((await listen({ ...mine, challenge: yours.challenge })).status).toBe(404);
    expect(
      (await listen({ ...mine, challenge: { ...mine.challenge, body: { mfaSessionId: 'x' } } })).status,
    ).toBe(401);
  });

  it('is open twice a session, not three times, and room is given back', async () => {
    const prompt = await asked(product);
    const [first, second] = [await listen(prompt), await listen(prompt)];
    const third = await listen(prompt);
    expect([third.status, third.headers.get('retry-after')]).toEqual([503, '2']);
    await approve(product, prompt);
    await Promise.all([first.text(), second.text()]);
    expect((await listen(prompt)).status).toBe(200);
  });

  it('keeps no API from stopping', async () => {
    const beside = await startStack({ beside: product.stack });
    const who = await product.actors.person();
    await deviceOf(product, who);
    const challenge = await product.actors.check(who);
    const { body } = await askForPush(product, challenge);
    const open = await listen({ challenge, challengeId: body['challengeId'] }, beside.address);
    const before = Date.now();
    await beside.stop();
    expect(Date.now() - before).toBeLessThan(3_000);
    expect(statusesIn(await open.text())).toEqual(['pending']);
  });
});

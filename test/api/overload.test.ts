/**
 * More sign-ins than can be decided: those too many are told so at once and before any work, those let in are answered,
 * and afterwards nothing is left of it. Decisions are held back, so that the moment of overload lasts as long as a test.
 */
import { until } from './support/patience';
import { useProduct } from './support/product';

/** Two are decided at once; with what is known at the start, sixteen more may wait for their turn. */
const AT_ONCE = 2;
const MANY = 40;

function createGate() {
  let open: () => void = () => undefined;
  let closed = Promise.resolve();
  let held = 0;
  return {
    close() {
      closed = new Promise<void>((resolve) => (open = resolve));
    },
    open: () => open(),
    held: () => held,
    async pass(): Promise<void> {
      held += 1;
      await closed;
      held -= 1;
    },
  };
}

describe('overload', () => {
  const gate = createGate();
  const product = useProduct({
    impatient: true,
    env: { WORKFLOW_CALLS_IN_FLIGHT: String(AT_ONCE) },
    activities: (real) => ({
      ...real,
      async recordDecision(query) {
        await gate.pass();
        return real.recordDecision(query);
      },
    }),
  });
  afterEach(() => gate.open());

  /** One after the other: making them must not be the overload. */
  async function manyPeople() {
    const people = [];
    while (people.length < MANY) people.push(await product.actors.person());
    return people;
  }

  it('is answered at once by 503 with Retry-After, while those who came before still wait for their turn', async () => {
    const { actors, stack } = product;
    const people = await manyPeople();
    gate.close();
    let answered = 0;
    const early = people.slice(1).map(async (who) => {
      const answer = await actors.check(who, {}, { once: true });
      answered += answer.status === 200 ? 1 : 0;
      return answer;
    });
    await until(
      () => Promise.resolve(stack.deps.temporal.hasRoom('decisions')),
      (hasRoom) => !hasRoom,
    );
    const [first] = people;
    const tooMany = await stack.call('POST', '/api/v1/auth/mfa/status/check', {
      as: 'demo-shop',
      clientSecret: 'not the secret',
      body: { userId: first?.userId },
    });
    // Neither the secret nor the body was looked at.
    expect(tooMany).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(tooMany.headers.get('retry-after')).toBe('1');
    expect(answered).toBe(0);
    expect(gate.held()).toBeLessThanOrEqual(AT_ONCE);
    gate.open();
    const answers = await Promise.all(early);
    for (const { status, body, headers } of answers) {
      if (status === 200) expect(body).toMatchObject({ mfaRequired: true });
      else expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    }
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(AT_ONCE);
    expect(answers.filter(({ status }) => status === 503).length).toBeGreaterThan(0);
    expect(stack.deps.temporal.hasRoom('decisions')).toBe(true);
  });

  it('leaves nothing behind: the next sign-in is decided and proven, and health was never refused', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    const crowd = await manyPeople();
    gate.close();
    const all = crowd.map((one) => actors.check(one, {}, { once: true }));
    await until(
      () => Promise.resolve(stack.deps.temporal.hasRoom('decisions')),
      (hasRoom) => !hasRoom,
    );
    expect((await stack.call('GET', '/health/live')).status).toBe(200);
    expect((await stack.call('GET', '/health/ready')).status).toBe(200);
    gate.open();
    await Promise.all(all);
    const challenge = await actors.check(who);
    expect((await actors.prove(challenge, who)).body).toMatchObject({ verified: true });
  });
});

/**
 * A request is answered when its decision or verdict has committed. What the workflow still has to hear of it is held
 * back here, so that these tests fail when an answer waits for the workflow task.
 */
import { until } from './support/patience';
import { useProduct } from './support/product';
import { totpCode } from '../support/totp';
import { endOfWorkflow } from './support/workflows';

/** Holds results of activities back from the workflow, after whatever they did has committed. */
function createGate() {
  const waiting = new Set<() => void>();
  let isClosed = false;
  return {
    close: () => (isClosed = true),
    open() {
      isClosed = false;
      waiting.forEach((go) => go());
      waiting.clear();
    },
    held: () => waiting.size,
    async pass<T>(result: T): Promise<T> {
      if (isClosed) await new Promise<void>((resolve) => waiting.add(resolve));
      return result;
    },
  };
}

describe('an answer at commit', () => {
  const gate = createGate();
  const product = useProduct({
    impatient: true,
    activities: (real) => ({
      ...real,
      recordDecision: async (query) => gate.pass(await real.recordDecision(query)),
      recordStepUp: async (query) => gate.pass(await real.recordStepUp(query)),
      verifyTotp: async (query) => gate.pass(await real.verifyTotp(query)),
    }),
  });
  afterEach(() => gate.open());

  it('is given to a sign-in before its workflow hears of the decision; the workflow ends as it should', async () => {
    const { actors } = product;
    const at = await actors.application({ mfaPolicy: 'never' });
    const who = await actors.person();
    gate.close();
    const answer = await actors.check(who, {}, { at });
    expect(answer.body).toMatchObject({ mfaRequired: false });
    expect(gate.held()).toBe(1);
    gate.open();
    expect(await endOfWorkflow(product, answer)).toBe('COMPLETED');
  });

  it('is given to a right code before the workflow hears of it; the code is spent and the workflow ends', async () => {
    const { actors } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    gate.close();
    const verified = await actors.verify(challenge, totpCode(who.totpSecret));
    expect(verified.body).toMatchObject({ verified: true });
    expect(gate.held()).toBe(1);
    gate.open();
    expect(await endOfWorkflow(product, challenge)).toBe('COMPLETED');
    expect((await actors.verify(challenge, totpCode(who.totpSecret))).status).toBe(401);
  });

  it('is given to a wrong code as well, and the right one after it is judged in its turn', async () => {
    const { actors } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    gate.close();
    expect((await actors.verify(challenge, '000000')).status).toBe(401);
    expect(gate.held()).toBe(1);
    const right = actors.prove(challenge, who);
    gate.open();
    expect((await right).body).toMatchObject({ verified: true });
  });

  it('to a challenge can be followed by its code at once, while the workflow does not know of the challenge', async () => {
    const { actors } = product;
    const who = await actors.person();
    gate.close();
    const challenge = await actors.check(who);
    expect(gate.held()).toBe(1);
    const verified = actors.prove(challenge, who);
    gate.open();
    expect((await verified).body).toMatchObject({ verified: true });
  });

  it('is never given before the commit: while Postgres does not take the decision, nobody is let in', async () => {
    const { actors, stack } = product;
    const at = await actors.application({ mfaPolicy: 'never' });
    const who = await actors.person();
    const locker = await stack.database.pool.connect();
    try {
      await locker.query('begin');
      await locker.query('lock table sign_ins in exclusive mode');
      const refused = await actors.check(who, {}, { at, once: true });
      expect(refused.status).toBe(503);
    } finally {
      await locker.query('rollback');
      locker.release();
    }
    const { userId } = who;
    const sql = 'select distinct state from sign_ins where user_id = $1';
    const recorded = async () => (await stack.database.pool.query(sql, [userId])).rows;
    expect(await until(recorded, (states) => states.length > 0)).toEqual([{ state: 'abandoned' }]);
    const sessions = await stack.database.pool.query('select 1 from sessions where user_id = $1', [userId]);
    expect(sessions.rows).toEqual([]);
  });
});

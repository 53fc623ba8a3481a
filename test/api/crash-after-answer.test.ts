/**
 * An API process that answers at commit may die before its workflow task is completed. Another worker then runs the
 * task again, finds what was committed, and goes on.
 */
import { totpCode } from '../support/totp';
import { createTemporalClient } from '../../runtime/temporal-connection';
import { signInWorkflowId } from '../../workflows/messages';
import { hashMfaSessionId } from '../../runtime/random-ids';
import { startMortalApi, type MortalApi } from './support/mortal-api';
import { until } from './support/patience';
import { useProduct } from './support/product';
import { endOfWorkflow } from './support/workflows';
import type { HttpAnswer } from '../support/http-client';
import type { Person } from './support/actors';

const CHECK = '/api/v1/auth/mfa/status/check';
const VERIFY = '/api/v1/auth/mfa/verify';

describe('a process that dies after it has answered', () => {
  const product = useProduct();
  const mortals: MortalApi[] = [];
  afterEach(() => mortals.splice(0).forEach(({ child }) => child.kill('SIGKILL')));

  async function mortal(diesAfter: string): Promise<MortalApi> {
    const api = await startMortalApi(product.stack, diesAfter);
    mortals.push(api);
    return api;
  }

  /** A sign-in that the mortal process decides itself: its worker comes up a moment after its API. */
  async function checkThere(api: MortalApi, who: Person): Promise<HttpAnswer> {
    return product.actors.check(who, {}, { via: api });
  }

  async function eventsOf(challenge: HttpAnswer): Promise<string[]> {
    const { config, deps } = product.stack;
    const client = createTemporalClient(config, deps.keys);
    try {
      const id = signInWorkflowId(hashMfaSessionId(challenge.body['mfaSessionId']));
      const { events } = await client.workflow.getHandle(id).fetchHistory();
      return (events ?? []).map((event) => {
        const attributes = Object.keys(event).find((key) => key.endsWith('EventAttributes'));
        return attributes?.replace('EventAttributes', '') ?? '';
      });
    } finally {
      await client.connection.close();
    }
  }

  it('with a challenge: the holder verifies with another process, once, and the workflow ends', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    const api = await mortal(CHECK);
    const challenge = await checkThere(api, who);
    expect(challenge.body).toMatchObject({ mfaRequired: true });
    expect(await api.death).toBe('SIGKILL');
    // Nothing of the task has reached the server.
    expect(await eventsOf(challenge)).not.toContain('workflowTaskCompleted');

    const verified = await until(
      () => actors.verify(challenge, totpCode(who.totpSecret)),
      ({ status }) => status !== 503,
    );
    expect(verified.body).toMatchObject({ verified: true, userId: who.userId });
    expect(await endOfWorkflow(product, challenge)).toBe('COMPLETED');
    const { rows } = await stack.database.pool.query('select state from sign_ins where user_id = $1', [
      who.userId,
    ]);
    expect(rows).toEqual([{ state: 'verified' }]);
  });

  it('with a verdict: the code is spent, the session stands, and the workflow ends as verified', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    const api = await mortal(VERIFY);
    const challenge = await checkThere(api, who);
    const code = totpCode(who.totpSecret);
    const verified = await actors.verify(challenge, code, { via: api });
    expect(verified.body).toMatchObject({ verified: true });
    expect(await api.death).toBe('SIGKILL');
    expect(await eventsOf(challenge)).not.toContain('workflowExecutionCompleted');

    expect(await endOfWorkflow(product, challenge)).toBe('COMPLETED');
    expect((await actors.verify(challenge, code)).status).toBe(401);
    const { rows } = await stack.database.pool.query(
      'select id, revoked_at is null as live from sessions where user_id = $1',
      [who.userId],
    );
    expect(rows).toEqual([{ id: verified.body['sessionId'], live: true }]);
  });
});

/** Which way a sign-in takes to a worker: handed over with its start, or over the server. All of them decide the same. */
import { createTemporalClient } from '../../runtime/temporal-connection';
import { startStack, type Stack, type StackOptions } from '../support/stack';
import { totpCode } from '../support/totp';
import { createActors } from './support/actors';

/** A stack for one test, and whether the first task of a sign-in's workflow was handed over with its start. */
async function using(
  options: StackOptions,
  work: (stack: Stack, wasEager: (decisionId: string) => Promise<boolean>) => Promise<void>,
): Promise<void> {
  const stack = await startStack(options);
  const client = createTemporalClient(stack.config, stack.deps.keys);
  try {
    await work(stack, async (decisionId) => {
      const sql = 'select workflow_id as id from sign_ins where id = $1';
      const { rows } = await stack.database.pool.query<{ id: string }>(sql, [decisionId]);
      const { events } = await client.workflow.getHandle(rows[0]?.id ?? '').fetchHistory();
      return events?.[0]?.workflowExecutionStartedEventAttributes?.eagerExecutionAccepted === true;
    });
  } finally {
    await client.connection.close();
    await stack.stop();
  }
}

async function signIn(stack: Stack) {
  const actors = createActors(stack);
  const who = await actors.person();
  const challenge = await actors.check(who);
  expect(challenge.body).toMatchObject({ mfaRequired: true });
  const verified = await actors.verify(challenge, totpCode(who.totpSecret));
  expect(verified.body).toMatchObject({ verified: true });
  return String(challenge.body['decisionId']);
}

describe('a sign-in', () => {
  it('is handed to the worker of the process that starts it', () =>
    using({}, async (stack, wasEager) => {
      expect(await wasEager(await signIn(stack))).toBe(true);
    }));

  it('takes the way over the server when that worker has no room', () =>
    // Two at once, and both wait for tasks from the server.
    using({ workflowTasks: 2 }, async (stack, wasEager) => {
      expect(await wasEager(await signIn(stack))).toBe(false);
    }));

  it('takes the way over the server from a process without a worker', () =>
    using({ withoutHosting: true }, async (stack, wasEager) => {
      expect(await wasEager(await signIn(stack))).toBe(false);
    }));

  it('is decided as well when many come at once: they wait for their turn, or try again', () =>
    using({}, async (stack) => {
      const actors = createActors(stack);
      const people = await Promise.all(Array.from({ length: 30 }, () => actors.person()));
      const answers = await Promise.all(people.map((who) => actors.check(who)));
      expect(answers.map(({ body }) => body['mfaRequired'])).toEqual(people.map(() => true));
    }));
});

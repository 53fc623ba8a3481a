/** Messages to a waiting workflow by whoever can reach Temporal: they can ask for a look, and prove nothing. */
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { digestCode } from '../../runtime/code-digest';
import { hashMfaSessionId, newSecret } from '../../runtime/random-ids';
import { createTemporalClient } from '../../runtime/temporal-connection';
import { submitAttempt } from '../../storage/mfa-attempts';
import {
  signInWorkflowId,
  sessionClosedSignal,
  submitAnswerUpdate,
  totpCodeSignal,
} from '../../workflows/messages';
import type { HttpAnswer } from '../support/http-client';
import { totpCode } from '../support/totp';
import type { Person } from '../api/support/actors';
import { triesOf } from '../api/support/backup-codes';
import { wrongCode, wrongCodes } from '../api/support/codes';
import { sessionsEndIn } from '../api/support/database-time';
import { until } from '../api/support/patience';
import { endOfWorkflow } from '../api/support/workflows';
import { attackOn, expectNothingGained, expectOneSuccess, expectRefusal } from './support/aftermath';
import { withSignalsLost } from './support/lost-signals';
import { usePair } from './support/pair';

const product = usePair();
let client: Client;
beforeAll(() => {
  client = createTemporalClient(product.stack.config, product.stack.deps.keys);
});
afterAll(() => client.connection.close());

const hashOf = ({ body }: HttpAnswer) => hashMfaSessionId(String(body['mfaSessionId']));
const workflowOf = (challenge: HttpAnswer) => client.workflow.getHandle(signInWorkflowId(hashOf(challenge)));

/** Leaves an answer in the store as `npm run signal:totp` does, and returns its id. */
async function leave(challenge: HttpAnswer, code: string): Promise<string> {
  const { keys, pool } = product.stack.deps;
  const [attemptId, sessionIdHash] = [newSecret(), hashOf(challenge)];
  const { digest, keyId } = digestCode(keys, { sessionIdHash, method: 'totp', code });
  await submitAttempt(pool, { attemptId, sessionIdHash, method: 'totp', digest, digestKeyId: keyId });
  return attemptId;
}

async function challenged(who: Person) {
  const challenge = await product.actors.check(who);
  return { challenge, attack: await attackOn(product, who, challenge) };
}

describe('a forged Signal', () => {
  it('for an attempt that nobody made costs no try, however often it comes', async () => {
    const who = await product.actors.person();
    const { challenge, attack } = await challenged(who);
    const handle = workflowOf(challenge);
    const forged = [newSecret(), '', 'chl_AAAAAAAAAAAAAAAAAAAAAA', hashOf(challenge)];
    for (const attemptId of forged) await handle.signal(totpCodeSignal, { attemptId });
    for (const junk of [undefined, null, 'text', [], { attemptId: 7 }, { challengeId: 'x' }])
      await handle.signal(totpCodeSignal, junk as never);
    for (let n = 0; n < 20; n += 1) await handle.signal(sessionClosedSignal);
    // Letters are read in order: this one after all of those.
    expectRefusal(await product.actors.verify(challenge, wrongCode(who.totpSecret)));
    await expectNothingGained(product, attack, { state: 'pending', attempts: 1 });
  });

  it("for an answer of another session judges it in neither: that session's holder still decides", async () => {
    const [who, other] = [await product.actors.person(), await product.actors.person()];
    const [mine, theirs] = [await challenged(who), await challenged(other)];
    const attemptId = await leave(theirs.challenge, totpCode(other.totpSecret));
    await workflowOf(mine.challenge).signal(totpCodeSignal, { attemptId });
    expectRefusal(await product.actors.verify(mine.challenge, wrongCode(who.totpSecret)));
    await expectNothingGained(product, mine.attack, { state: 'pending', attempts: 1 });
    await expectNothingGained(product, theirs.attack, { state: 'pending', attempts: 0 });
  });

  it('for an answer that was judged, sent twenty times, has it judged once', async () => {
    const who = await product.actors.person();
    const { challenge, attack } = await challenged(who);
    const attemptId = await leave(challenge, wrongCode(who.totpSecret));
    const handle = workflowOf(challenge);
    await Promise.all(Array.from({ length: 20 }, () => handle.signal(totpCodeSignal, { attemptId })));
    const [, wrong = ''] = wrongCodes(who.totpSecret, 2);
    expectRefusal(await product.actors.verify(challenge, wrong));
    await expectNothingGained(product, attack, { state: 'pending', attempts: 2 });
    expect(await triesOf(product, who)).toBe(2);
  });

  it('guesses as slowly as HTTP does: of forty answers five are judged', async () => {
    const who = await product.actors.person();
    const { challenge, attack } = await challenged(who);
    const handle = workflowOf(challenge);
    const ids = [];
    for (const code of wrongCodes(who.totpSecret, 40)) ids.push(await leave(challenge, code));
    await Promise.all(
      ids.map((attemptId) => handle.signal(totpCodeSignal, { attemptId }).catch(() => undefined)),
    );
    const state = () => product.actors.decisionOf(challenge).then((decision) => String(decision['state']));
    expect(await until(state, (now) => now === 'dead')).toBe('dead');
    expect(await triesOf(product, who)).toBe(5);
    await expectNothingGained(product, attack, { state: 'dead', attempts: 5 });
  });

  it('for a right answer to a session that is over opens nothing', async () => {
    const who = await product.actors.person();
    const { challenge, attack } = await challenged(who);
    const attemptId = await leave(challenge, totpCode(who.totpSecret));
    await sessionsEndIn(product.stack.database, who, 0);
    await workflowOf(challenge).signal(totpCodeSignal, { attemptId });
    // At the door behind the Signal: it comes after the answer was looked at.
    await workflowOf(challenge).signal(sessionClosedSignal);
    const state = () => product.actors.decisionOf(challenge).then((decision) => String(decision['state']));
    expect(await until(state, (now) => now === 'expired')).toBe('expired');
    await expectNothingGained(product, attack, { state: 'expired', attempts: 0 });
  });

  it('for a right answer to a session that was cancelled unheard charges nothing and opens nothing', async () => {
    const who = await product.actors.person();
    const { challenge, attack } = await challenged(who);
    const attemptId = await leave(challenge, totpCode(who.totpSecret));
    const { mfaSessionId } = challenge.body;
    const cancelled = await withSignalsLost(product, () =>
      product.stack.call('POST', '/api/v1/auth/mfa/session/cancel', { body: { mfaSessionId } }),
    );
    expect(cancelled.status).toBe(204);
    await workflowOf(challenge).signal(totpCodeSignal, { attemptId });
    expect(await endOfWorkflow(product, challenge)).toBe('COMPLETED');
    await expectNothingGained(product, attack, { state: 'cancelled', attempts: 0 });
  });

  it('with a right answer makes no device trusted: nobody would receive the token', async () => {
    const who = await product.actors.person();
    const { challenge, attack } = await challenged(who);
    const attemptId = await leave(challenge, totpCode(who.totpSecret));
    await workflowOf(challenge).signal(totpCodeSignal, { attemptId });
    const state = () => product.actors.decisionOf(challenge).then((decision) => String(decision['state']));
    expect(await until(state, (now) => now === 'verified')).toBe('verified');
    await expectOneSuccess(product, attack, { by: 'totp', attempts: 1, trusted: false });
    expectRefusal(await product.actors.verify(challenge, totpCode(who.totpSecret)));
  });
});

describe('a forged Update', () => {
  it('is refused in clear, in a form that is not documented, or with a digest of another session', async () => {
    const who = await product.actors.person();
    const [{ challenge, attack }, other] = [await challenged(who), await product.actors.check(who)];
    const handle = workflowOf(challenge);
    const { keys } = product.stack.deps;
    const answer = { attemptId: newSecret(), newDeviceTokenHash: newSecret(), answerBy: Date.now() + 60_000 };
    for (const junk of [
      null,
      'text',
      {},
      answer,
      { ...answer, method: 'sms' },
      { ...answer, method: 'totp' },
    ])
      await expect(handle.executeUpdate(submitAnswerUpdate, { args: [junk as never] })).rejects.toThrow();
    const typed = { sessionIdHash: hashOf(other), method: 'totp', code: totpCode(who.totpSecret) };
    const { digest, keyId: digestKeyId } = digestCode(keys, typed);
    const foreign = { ...answer, method: 'totp', digest: digest.toString('base64url'), digestKeyId } as const;
    const wrong = await handle.executeUpdate(submitAnswerUpdate, { args: [foreign] });
    expect(wrong).toEqual({ kind: 'wrong' });
    const clear = { payloads: [defaultPayloadConverter.toPayload(foreign)] };
    await client.workflowService.signalWorkflowExecution({
      namespace: product.stack.config.TEMPORAL_NAMESPACE,
      workflowExecution: { workflowId: signInWorkflowId(hashOf(challenge)) },
      signalName: totpCodeSignal.name,
      input: clear,
      requestId: newSecret(),
    });
    expectRefusal(await product.actors.verify(challenge, wrongCode(who.totpSecret)));
    await expectNothingGained(product, attack, { state: 'pending', attempts: 2 });
  });
});

/** Signals and rows that somebody else made: an approval is what the device signed, for the session that asked. */
import { signedHeaders } from '../../examples/authenticator-cli/authenticator';
import { answerTarget, sealAnswer } from '../../runtime/signed-answer';
import { answerPushChallenge } from '../../storage/push-challenges';
import { wrongCode } from '../api/support/codes';
import { freshDevice, verifyPush } from '../api/support/devices';
import { until } from '../api/support/patience';
import { attackOn, expectNothingGained, expectOneSuccess, expectRefusal } from './support/aftermath';
import { withSignalsLost } from './support/lost-signals';
import { usePair } from './support/pair';
import { approve, asked, attemptsOf, verified, type Asked } from '../api/support/prompts';

const product = usePair();

async function workflowOf({ challenge }: Pick<Asked, 'challenge'>): Promise<string> {
  return (await product.actors.decisionOf(challenge))['workflowId'];
}

describe('no approval', () => {
  it('by a device that was removed before the verdict', async () => {
    const prompt = await asked(product);
    const attack = await attackOn(product, prompt.who, prompt.challenge);
    await withSignalsLost(product, () => approve(product, prompt));
    await product.stack.database.pool.query(`delete from push_devices where user_id = $1`, [
      prompt.who.userId,
    ]);
    expectRefusal(await verified(product, prompt));
    await expectNothingGained(product, attack, { state: 'pending', attempts: 1 });
  });

  it('written into the table by somebody else than the device', async () => {
    const [mine, yours] = [await asked(product), await asked(product)];
    const attack = await attackOn(product, mine.who, mine.challenge);
    await approve(product, yours);
    await verified(product, yours);
    await product.stack.database.pool.query(
      `update push_challenges p set status = 'answered', answered_at = now(), device_id = $2,
         sealed_answer = f.sealed_answer, answer_key_id = f.answer_key_id
       from push_challenges f where p.id = $1 and f.id = $3`,
      [mine.challengeId, mine.state.deviceId, yours.challengeId],
    );
    expectRefusal(
      await until(
        () => verifyPush(product, mine),
        ({ status }) => status === 401,
      ),
    );
    await expectNothingGained(product, attack, { state: 'pending', attempts: 1 });
  });

  it('sealed by whoever has the master key, but not signed by the device', async () => {
    const prompt = await asked(product);
    const attack = await attackOn(product, prompt.who, prompt.challenge);
    const { keys, pool, temporal, config } = product.stack.deps;
    const target = answerTarget(prompt.challengeId);
    const { deviceId } = prompt.state;
    const body = JSON.stringify({ decision: 'approve', number: prompt.number });
    const stranger = { ...freshDevice(product), deviceId };
    const headers = signedHeaders(stranger, { method: 'POST', target }, { body });
    const sealed = sealAnswer(keys, prompt.challengeId, {
      request: {
        audience: config.PUBLIC_URL,
        deviceId,
        method: 'POST',
        target,
        time: headers['x-device-time'] ?? '',
        nonce: headers['x-device-nonce'] ?? '',
        body: Buffer.from(body),
      },
      signature: headers['x-device-signature'] ?? '',
    });
    const { challengeId, who } = prompt;
    const answer = { challengeId, userId: who.userId, deviceId, status: 'answered', sealed } as const;
    expect(await answerPushChallenge(pool, answer)).toBe(true);
    await temporal.ringPush(await workflowOf(prompt), challengeId);
    expectRefusal(await verified(product, prompt));
    await expectNothingGained(product, attack, { state: 'pending', attempts: 1 });
  });

  it('in another session, whose workflow is told of it by a forged Signal: that one stays as it is', async () => {
    const prompt = await asked(product);
    const other = await product.actors.check(prompt.who);
    const { temporal } = product.stack.deps;
    const attack = await attackOn(product, prompt.who, prompt.challenge);
    await withSignalsLost(product, () => approve(product, prompt));
    await temporal.ringPush(await workflowOf({ challenge: other }), prompt.challengeId);
    // Answers are judged one after the other: this one comes after the forged one.
    const wrong = await product.actors.verify(other, wrongCode(prompt.who.totpSecret));
    expectRefusal(wrong);
    await expectNothingGained(product, { ...attack, challenge: other }, { state: 'pending', attempts: 1 });
    expect(await attemptsOf(product, prompt)).toBe(1);
    expect((await verified(product, prompt)).status).toBe(200);
    await expectOneSuccess(product, attack, { by: 'push', attempts: 1 });
  });
});

/** Signals and rows that somebody else made: an approval is what the device signed, for the session that asked. */
import { signedHeaders } from '../../examples/authenticator-cli/authenticator';
import { answerTarget, sealAnswer } from '../../runtime/signed-answer';
import { answerPushChallenge } from '../../storage/push-challenges';
import { wrongCode } from './support/codes';
import { freshDevice, verifyPush } from './support/devices';
import { until } from './support/patience';
import { useProduct } from './support/product';
import { approve, asked, attemptsOf, verified, type Asked } from './support/prompts';

const product = useProduct();

async function workflowOf({ challenge }: Pick<Asked, 'challenge'>): Promise<string> {
  return (await product.actors.decisionOf(challenge))['workflowId'];
}

describe('no approval', () => {
  it('by a device that was removed before the verdict', async () => {
    const prompt = await asked(product);
    const lost = jest.spyOn(product.stack.deps.temporal, 'ringPush').mockResolvedValue(undefined);
    await approve(product, prompt);
    lost.mockRestore();
    await product.stack.database.pool.query(`delete from push_devices where user_id = $1`, [
      prompt.who.userId,
    ]);
    expect((await verified(product, prompt)).status).toBe(401);
  });

  it('written into the table by somebody else than the device', async () => {
    const [mine, yours] = [await asked(product), await asked(product)];
    await approve(product, yours);
    await verified(product, yours);
    await product.stack.database.pool.query(
      `update push_challenges p set status = 'answered', answered_at = now(), device_id = $2,
         sealed_answer = f.sealed_answer, answer_key_id = f.answer_key_id
       from push_challenges f where p.id = $1 and f.id = $3`,
      [mine.challengeId, mine.state.deviceId, yours.challengeId],
    );
    expect(
      (
        await until(
          () => verifyPush(product, mine),
          ({ status }) => status === 401,
        )
      ).status,
    ).not.toBe(200);
  });

  it('sealed by whoever has the master key, but not signed by the device', async () => {
    const prompt = await asked(product);
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
    expect((await verified(product, prompt)).status).toBe(401);
  });

  it('in another session, whose workflow is told of it by a forged Signal: that one stays as it is', async () => {
    const prompt = await asked(product);
    const other = await product.actors.check(prompt.who);
    const { temporal } = product.stack.deps;
    const lost = jest.spyOn(temporal, 'ringPush').mockResolvedValue(undefined);
    await approve(product, prompt);
    lost.mockRestore();
    await temporal.ringPush(await workflowOf({ challenge: other }), prompt.challengeId);
    // Answers are judged one after the other: this one comes after the forged one.
    const wrong = await product.actors.verify(other, wrongCode(prompt.who.totpSecret));
    expect(wrong.status).toBe(401);
    expect((await product.actors.decisionOf(other))['state']).toBe('challenged');
    expect(await attemptsOf(product, prompt)).toBe(1);
    expect((await verified(product, prompt)).status).toBe(200);
  });
});

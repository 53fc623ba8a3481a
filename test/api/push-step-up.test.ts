/** A step-up approved on a device: what is shown is what the receipt is bound to. */
import { answerWith, askForPush, deviceOf, promptsOf, verifyPush } from './support/devices';
import { passwordPerson, signInByPassword } from './support/directory';
import { until } from './support/patience';
import { useProduct } from './support/product';

const product = useProduct();
const STEP_UP = '/api/v1/auth/mfa/step-up';
const transaction = { amount: '12.50', currency: 'EUR', payee: 'Bäckerei Müller', reference: 'Invoice 7' };

async function stepUp(body: object = { action: 'payment', transaction }) {
  const who = await passwordPerson(product);
  const state = await deviceOf(product, who);
  const { accessToken, sessionId } = await signInByPassword(product, who);
  const headers = { authorization: `Bearer ${accessToken}` };
  const challenge = await product.stack.call('POST', STEP_UP, { headers, body });
  expect(challenge.body['stepUpRequired']).toBe(true);
  return { who, state, headers, sessionId, challenge };
}

const verified = (prompt: Parameters<typeof verifyPush>[1]) =>
  until(
    () => verifyPush(product, prompt),
    ({ status }) => status !== 409,
  );

describe('a step-up by push', () => {
  it('shows action and transaction, and its receipt is redeemed for that transaction only', async () => {
    const { state, sessionId, challenge } = await stepUp();
    const opened = await askForPush(product, challenge);
    expect(opened.status).toBe(201);
    const [prompt] = await promptsOf(product, state);
    expect(prompt).toMatchObject({ action: 'payment', transaction });
    const { challengeId, number } = opened.body as { challengeId: string; number: string };
    await answerWith(product, state, { challengeId, decision: 'approve', number });
    const answer = await verified({ challenge, challengeId });
    expect(answer.body).toMatchObject({ verified: true, sessionId });
    expect(answer.body['deviceToken']).toBeUndefined();
    const redeem = (paid: object) =>
      product.stack.call('POST', `${STEP_UP}/redeem`, {
        as: 'demo-shop',
        body: { receipt: answer.body['receipt'], action: 'payment', transaction: paid },
      });
    expect((await redeem({ ...transaction, amount: '1250.00' })).status).toBe(401);
    expect((await redeem(transaction)).status).toBe(200);
  });

  it('asks for no approval of a transaction that the device would not show as it was hashed', async () => {
    const { challenge, who } = await stepUp();
    await product.stack.database.pool.query(
      `update mfa_sessions set shown_transaction = jsonb_set(shown_transaction, '{amount}', '"1.00"')
       where user_id = $1 and state = 'pending'`,
      [who.userId],
    );
    expect((await askForPush(product, challenge)).body['code']).toBe('push_unavailable');
  });

  it('reported ends the session in which it was asked for', async () => {
    const { state, headers, challenge } = await stepUp();
    const opened = await askForPush(product, challenge);
    const challengeId = String(opened.body['challengeId']);
    expect((await answerWith(product, state, { challengeId, decision: 'report' })).status).toBe(200);
    expect((await product.stack.call('GET', '/api/v1/auth/sessions', { headers })).status).toBe(401);
  });
});

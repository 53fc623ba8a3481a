/** Prompts announced by web push: only the push service, which is the outside world, is played. */
import { createECDH, randomBytes } from 'node:crypto';
import { generateRequestDetails } from 'web-push';
import type { Delivery, WebPushMessage } from '../../network/web-push-sender';
import { askForPush, deviceOf } from './support/devices';
import { until } from './support/patience';
import { useProduct } from './support/product';
import { approve, verified } from './support/prompts';

const sent: WebPushMessage[] = [];
/** What the push service answers next; `sent` when nothing is planned. */
const planned = new Map<string, Delivery[]>();
const sender = {
  send: (message: WebPushMessage): Promise<Delivery> => {
    sent.push(message);
    return Promise.resolve(planned.get(message.subscription.endpoint)?.shift() ?? 'sent');
  },
};
const product = useProduct({
  activityDeps: (deps) => ({ ...deps, webPush: { ...deps.webPush, sender } }),
});

/** A subscription as a browser makes one. */
function subscription() {
  const browser = createECDH('prime256v1');
  const p256dh = browser.generateKeys().toString('base64url');
  const endpoint = `https://push.example.com/${randomBytes(8).toString('hex')}`;
  return { endpoint, keys: { p256dh, auth: randomBytes(16).toString('base64url') } };
}

async function prompted(pushSubscription = subscription(), plan: Delivery[] = []) {
  planned.set(pushSubscription.endpoint, plan);
  const who = await product.actors.person();
  const state = await deviceOf(product, who, { pushSubscription });
  const challenge = await product.actors.check(who);
  const { body } = await askForPush(product, challenge);
  const prompt = { who, state, challenge, challengeId: body['challengeId'], number: body['number'] };
  return { prompt, messages: () => messagesTo(pushSubscription.endpoint) };
}

const messagesTo = (endpoint: string) => sent.filter((message) => message.subscription.endpoint === endpoint);

describe('a prompt', () => {
  it('is announced to the device, in words that say nothing about it', async () => {
    const { prompt, messages } = await prompted();
    const [message] = await until(
      () => Promise.resolve(messages()),
      ({ length }) => length > 0,
    );
    expect(message).toMatchObject({ payload: '{"type":"prompt"}', topic: prompt.challengeId });
    expect(message?.ttlSeconds).toBeLessThanOrEqual(120);
    await approve(product, prompt);
    expect((await verified(product, prompt)).status).toBe(200);
  });

  it('is signed for by the key that browsers are told to expect', async () => {
    const { messages } = await prompted();
    const [message] = await until(
      () => Promise.resolve(messages()),
      ({ length }) => length > 0,
    );
    if (!message) throw new Error('nothing was sent');
    const { body } = await product.stack.call('GET', '/api/v1/devices/push-key');
    expect(message.vapid.publicKey).toBe(body['publicKey']);
    const { subscription: to, payload, vapid } = message;
    const details = generateRequestDetails(to, payload, { vapidDetails: vapid });
    expect(details.headers['Authorization']).toMatch(/^vapid t=/);
    const { rows } = await product.stack.database.pool.query(
      `select count(*)::int as n, bool_or(sealed_private_key = $1) as clear from vapid_keys`,
      [Buffer.from(vapid.privateKey, 'base64url')],
    );
    expect(rows).toEqual([{ n: 1, clear: false }]);
  });

  it('is announced again while the push service fails, until it takes it', async () => {
    const { messages } = await prompted(subscription(), ['failed', 'failed']);
    const all = await until(
      () => Promise.resolve(messages()),
      ({ length }) => length >= 3,
    );
    expect(all).toHaveLength(3);
  });

  it('takes a subscription away that is gone; the device still answers', async () => {
    const { prompt } = await prompted(subscription(), ['gone']);
    const subscribed = async () => {
      const { rows } = await product.stack.database.pool.query<{ n: number }>(
        `select count(sealed_subscription)::int as n from push_devices where user_id = $1`,
        [prompt.who.userId],
      );
      return rows[0]?.n;
    };
    expect(await until(subscribed, (n) => n === 0)).toBe(0);
    await approve(product, prompt);
    expect((await verified(product, prompt)).status).toBe(200);
  });

  it('needs no workflow for a device that asks for itself', async () => {
    const who = await product.actors.person();
    await deviceOf(product, who);
    const spy = jest.spyOn(product.stack.deps.temporal, 'start');
    expect((await askForPush(product, await product.actors.check(who))).status).toBe(201);
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  });
});

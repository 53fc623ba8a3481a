/**
 * Tells a user's devices by web push that a prompt waits. The message says nothing about it: a device fetches the prompt
 * by a signed request. Nobody waits for this, and whoever is not told sees the prompt when the app is opened.
 */
import type { Delivery } from '../network/web-push-sender';
import { standingOf } from '../domain/push';
import { openSubscription } from '../runtime/push-subscription';
import { loadVapidKeys } from '../runtime/vapid-keys';
import { findPushChallenge, type PushChallenge } from '../storage/push-challenges';
import { listSubscribers, removeSubscription, type Subscriber } from '../storage/push-devices';
import type { ActivityDeps } from './deps';

/** A push service that could not be reached: to be tried again. */
class NotDelivered extends Error {
  override readonly name = 'NotDelivered';
}

/** Makes the activity. Throws while a device may still be reached by trying again. */
export function createSendPrompt(deps: ActivityDeps) {
  return async function sendPrompt({ challengeId }: { challengeId: string }): Promise<void> {
    const prompt = await findPushChallenge(deps.pool, challengeId);
    // Answered or late in the meantime: nobody is disturbed.
    if (!prompt || standingOf(prompt) !== 'pending') return;
    const subscribers = await listSubscribers(deps.pool, prompt.userId);
    const deliveries = await Promise.all(subscribers.map((subscriber) => deliver(deps, prompt, subscriber)));
    if (deliveries.includes('failed')) throw new NotDelivered('a push service did not answer');
  };
}

async function deliver(deps: ActivityDeps, prompt: PushChallenge, subscriber: Subscriber): Promise<Delivery> {
  const { pool, keys, logger, webPush } = deps;
  const delivery = await webPush.sender.send({
    subscription: openSubscription(keys, subscriber.deviceId, subscriber.subscription),
    payload: JSON.stringify({ type: 'prompt' }),
    // Sent again, it takes the place of the one before.
    topic: prompt.id,
    ttlSeconds: Math.max(1, Math.ceil(prompt.remainingMs / 1_000)),
    vapid: { subject: webPush.subject, ...(await loadVapidKeys(pool, keys)) },
  });
  if (delivery === 'gone') await removeSubscription(pool, subscriber);
  if (delivery !== 'sent') logger.warn({ delivery }, 'web push not delivered');
  return delivery;
}

/** Web push subscriptions at rest: whoever has one can write to that device, so they are sealed, each to its device. */
import { seal, unseal, type KeyRing, type Sealed } from './keys';

/** As a browser's `PushSubscription` says it. */
export interface PushSubscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

const ownerOf = (deviceId: string) => ['push-subscription', deviceId];

/** Seals a subscription to its device. */
export function sealSubscription(keys: KeyRing, deviceId: string, subscription: PushSubscription): Sealed {
  const { endpoint, keys: theirs } = subscription;
  const { p256dh, auth } = theirs;
  return seal(keys, Buffer.from(JSON.stringify({ endpoint, keys: { p256dh, auth } })), ownerOf(deviceId));
}

/** Opens one; throws when it is not this device's. */
export function openSubscription(keys: KeyRing, deviceId: string, sealed: Sealed): PushSubscription {
  return JSON.parse(unseal(keys, sealed, ownerOf(deviceId)).toString('utf8')) as PushSubscription;
}

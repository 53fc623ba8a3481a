/**
 * Sends web pushes (RFC 8030, 8291, 8292). Must never reach an address inside our own network, whatever a device named
 * and whatever that name resolves to at this moment, nor read what a push service answers beyond its status.
 */
import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { Agent, request } from 'node:https';
import { generateRequestDetails, type PushSubscription } from 'web-push';
import { isPublicAddress } from './ip-address';
import { isPushEndpoint } from './push-endpoint';

/** `gone`: the subscription is over. `refused`: asking again would not help. `failed`: it might. */
export type Delivery = 'sent' | 'gone' | 'refused' | 'failed';

export interface WebPushMessage {
  readonly subscription: PushSubscription;
  readonly payload: string;
  /** A newer message of the same topic takes the place of an older one. */
  readonly topic: string;
  /** After so many seconds it is worth nothing. */
  readonly ttlSeconds: number;
  readonly vapid: { readonly subject: string; readonly publicKey: string; readonly privateKey: string };
}

export interface WebPushSender {
  /** Never throws for what the other side does. */
  send(message: WebPushMessage): Promise<Delivery>;
}

const TIMEOUT_MS = 8_000;

/** One for each process. */
export function createWebPushSender(): WebPushSender {
  // The address that was checked is the one that is connected to: a name cannot resolve differently in between.
  const agent = new Agent({ lookup: publicLookup, maxSockets: 50 });
  return {
    async send({ subscription, payload, topic, ttlSeconds, vapid }) {
      if (!isPushEndpoint(subscription.endpoint)) return 'refused';
      try {
        const options = { TTL: ttlSeconds, topic, urgency: 'high', vapidDetails: vapid } as const;
        const details = generateRequestDetails(subscription, payload, options);
        return deliveryOf(await post(agent, details));
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === NOT_PUBLIC ? 'refused' : 'failed';
      }
    },
  };
}

/** What a status means (RFC 8030 §5 and §7.3). */
export function deliveryOf(status: number): Delivery {
  if (status >= 200 && status < 300) return 'sent';
  if (status === 404 || status === 410) return 'gone';
  return status === 429 || status >= 500 ? 'failed' : 'refused';
}

/** The status of the answer; redirects are not followed, the body is not read. */
function post(
  agent: Agent,
  { endpoint, method, headers, body }: ReturnType<typeof generateRequestDetails>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const sending = request(endpoint, { method, headers: { ...headers }, agent, signal }, (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

const NOT_PUBLIC = 'ENOTPUBLIC';

type Found = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/** As `dns.lookup`, but a name with an address that is not public has none (DNS rebinding, names of internal hosts). */
export function publicLookup(hostname: string, options: LookupOptions, found: Found): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return found(error, []);
    const [first] = addresses;
    if (!first || !addresses.every(({ address }) => isPublicAddress(address)))
      return found(Object.assign(new Error('not a public address'), { code: NOT_PUBLIC }), []);
    if (options.all) found(null, addresses);
    else found(null, first.address, first.family);
  });
}

/** What activities work with. Made once per process by the composition root. */
import type { NetworkIntelligence } from '../network/network-intelligence';
import type { WebPushSender } from '../network/web-push-sender';
import type { BaseDeps } from '../runtime/deps';

export interface WebPushDeps {
  readonly sender: WebPushSender;
  /** Whom a push service may write to about us: an https or mailto URL (RFC 8292 §2.1). */
  readonly subject: string;
}

export interface ActivityDeps extends Omit<BaseDeps, 'close'> {
  readonly network: NetworkIntelligence;
  /** Where `updateFeeds` writes; empty when no folder is configured. */
  readonly threatFeedsDir: string;
  /** Base URL of a mirror of the official sources; empty for the sources themselves. */
  readonly threatFeedsMirror: string;
  readonly webPush: WebPushDeps;
}

/** What activities work with. Made once per process by the composition root. */
import type { NetworkIntelligence } from '../network/network-intelligence';
import type { BaseDeps } from '../runtime/deps';

export interface ActivityDeps extends Omit<BaseDeps, 'close'> {
  readonly network: NetworkIntelligence;
  /** Where `updateFeeds` writes; empty when no folder is configured. */
  readonly threatFeedsDir: string;
  /** Base URL of a mirror of the official sources; empty for the sources themselves. */
  readonly threatFeedsMirror: string;
}

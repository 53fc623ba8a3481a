/** What activities work with. Made once per process by the composition root. */
import type { NetworkIntelligence } from '../network/network-intelligence';
import type { KeyRing } from '../runtime/keys';
import type { Registry } from 'prom-client';
import type { Logger } from '../runtime/logger';
import type { Pool } from '../storage/postgres';
import type { Redis } from '../storage/redis';

export interface ActivityDeps {
  readonly pool: Pool;
  /** For reading risk inputs only. */
  readonly riskPool: Pool;
  readonly redis: Redis;
  readonly keys: KeyRing;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly network: NetworkIntelligence;
  /** Where `updateFeeds` writes; empty when no folder is configured. */
  readonly threatFeedsDir: string;
  /** Base URL of a mirror of the official sources; empty for the sources themselves. */
  readonly threatFeedsMirror: string;
}

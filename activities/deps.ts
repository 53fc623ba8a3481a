/** What activities work with. Made once per process by the composition root. */
import type { NetworkIntelligence } from '../network/network-intelligence';
import type { WebPushSender } from '../network/web-push-sender';
import type { CommitBoard } from '../runtime/commit-board';
import type { BaseDeps } from '../runtime/deps';
import type { AnswerResult, DecisionAnswer } from '../workflows/messages';

export interface WebPushDeps {
  readonly sender: WebPushSender;
  /** Whom a push service may write to about us: an https or mailto URL (RFC 8292 §2.1). */
  readonly subject: string;
}

/** Where activities say what they have committed, for requests that wait in the same process. */
export interface Commits {
  /** By workflow id. */
  readonly decisions: CommitBoard<DecisionAnswer>;
  /** By attempt id. */
  readonly verdicts: CommitBoard<AnswerResult>;
}

export interface ActivityDeps extends Omit<BaseDeps, 'close'> {
  readonly network: NetworkIntelligence;
  /** Where `updateFeeds` writes; empty when no folder is configured. */
  readonly threatFeedsDir: string;
  /** Base URL of a mirror of the official sources; empty for the sources themselves. */
  readonly threatFeedsMirror: string;
  readonly webPush: WebPushDeps;
  readonly commits: Commits;
}

/** What the activities of a process work with, made from what every process has. */
import type { ActivityDeps, Commits } from '../activities/deps';
import type { NetworkIntelligence } from '../network/network-intelligence';
import { createWebPushSender } from '../network/web-push-sender';
import { createCommitBoard } from '../runtime/commit-board';
import type { Config } from '../runtime/config';
import type { BaseDeps } from '../runtime/deps';

export function createActivityDeps(
  config: Config,
  base: BaseDeps,
  network: NetworkIntelligence,
): ActivityDeps {
  return {
    ...base,
    network,
    threatFeedsDir: config.THREAT_FEEDS_DIR,
    threatFeedsMirror: config.THREAT_FEEDS_MIRROR,
    webPush: { sender: createWebPushSender(), subject: webPushSubject(config) },
    commits: createCommits(),
  };
}

export function createCommits(): Commits {
  return { decisions: createCommitBoard(), verdicts: createCommitBoard() };
}

/** RFC 8292 §2.1 wants https or mailto; a deployment without https reaches no push service by name anyway. */
function webPushSubject({ PUBLIC_URL }: Config): string {
  return PUBLIC_URL.startsWith('https:') ? PUBLIC_URL : 'mailto:nobody@example.invalid';
}

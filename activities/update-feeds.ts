/** Downloads the threat lists on schedule. Every worker puts the new files into force by itself (`worker/network-watch.ts`). */
import { FEED_SOURCES, mirroredSources } from '../network/feed-sources';
import { updateFeeds } from '../network/feeds';
import type { ActivityDeps } from './deps';

/** Makes the activity. A failing source keeps its old list and is named; nothing is thrown for it. */
export function createUpdateFeeds({ threatFeedsDir, threatFeedsMirror, logger }: ActivityDeps) {
  return async function updateThreatLists(): Promise<{
    updated: readonly string[];
    failed: readonly string[];
  }> {
    if (threatFeedsDir === '') return { updated: [], failed: [] };
    const sources =
      threatFeedsMirror === '' ? FEED_SOURCES : mirroredSources(FEED_SOURCES, threatFeedsMirror);
    const outcomes = await updateFeeds({
      dir: threatFeedsDir,
      sources,
      fetch: globalThis.fetch,
      now: () => Date.now(),
    });
    logger.info({ outcomes }, 'threat lists updated');
    const names = (failed: boolean) =>
      outcomes.filter(({ kind }) => (kind === 'failed') === failed).map(({ name }) => name);
    return { updated: names(false), failed: names(true) };
  };
}

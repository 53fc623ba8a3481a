/** The scheduled refresh of the threat lists (switched on by `FEEDS_UPDATE_HOURS`). */
import { SUMMARIES } from '../domain/flow-texts';
import { FEED_DOWNLOAD, sideEffects } from './activity-options';

/** Downloads every list once; a source that fails keeps its old list and is named in the result. */
export async function updateThreatFeeds(): Promise<{
  updated: readonly string[];
  failed: readonly string[];
}> {
  return sideEffects(FEED_DOWNLOAD, SUMMARIES.downloadLists).updateFeeds();
}

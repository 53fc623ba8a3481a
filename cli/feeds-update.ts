/**
 * `npm run feeds:update [-- --dir <directory>]`: downloads the threat lists into THREAT_FEEDS_DIR.
 * Exit code 1 when a list could not be updated (its last good version stays), 2 when nothing could be tried.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { errorMessage } from '../network/error-message';
import { FEED_SOURCES, mirroredSources } from '../network/feed-sources';
import { updateFeeds, type FeedOutcome } from '../network/feeds';

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { dir: { type: 'string' } } });
  const { THREAT_FEEDS_DIR, THREAT_FEEDS_MIRROR, RUN_DIR } = process.env;
  const dir = values.dir ?? (THREAT_FEEDS_DIR || join(RUN_DIR || '.run', 'feeds'));
  const sources = THREAT_FEEDS_MIRROR ? mirroredSources(FEED_SOURCES, THREAT_FEEDS_MIRROR) : FEED_SOURCES;
  const outcomes = await updateFeeds({ dir, sources, fetch: globalThis.fetch, now: Date.now });
  console.log(`Threat lists in ${dir}:`);
  for (const outcome of outcomes) console.log(`  ${describe(outcome)}`);
  return outcomes.some((outcome) => outcome.kind === 'failed') ? 1 : 0;
}

function describe(outcome: FeedOutcome): string {
  switch (outcome.kind) {
    case 'updated':
      return `${outcome.name}: ${outcome.entries} entries`;
    case 'current':
      return `${outcome.name}: ${outcome.entries} entries, fetched within the last hour`;
    case 'failed':
      return `${outcome.name}: NOT updated, ${outcome.reason}`;
  }
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    console.error(errorMessage(error));
    process.exitCode = 2;
  },
);

/**
 * Updates the threat lists on disk from their sources. Each list stands alone: one that fails, or looks wrong,
 * leaves its last good version in place and is reported. Used by `npm run feeds:update` and the scheduled workflow.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from './atomic-file';
import { errorMessage } from './error-message';
import { download } from './feed-download';
import type { FeedSource } from './feed-sources';
import { readSidecar, sha256Hex, sidecarPath, whyCutShort, type ListSidecar } from './list-file';
import { parseThreatList } from './list-format';
import { classifyListName } from './list-naming';

export type FeedOutcome =
  | { readonly kind: 'updated'; readonly name: string; readonly entries: number; readonly bytes: number }
  /** Fetched less than MIN_FETCH_INTERVAL_MS ago and still whole on disk: not asked again. */
  | { readonly kind: 'current'; readonly name: string; readonly entries: number }
  /** The last good version, if any, is still in place. */
  | { readonly kind: 'failed'; readonly name: string; readonly reason: string };

export interface FeedUpdate {
  /** Created when missing. */
  readonly dir: string;
  readonly sources: readonly FeedSource[];
  readonly fetch: typeof globalThis.fetch;
  /** Epoch ms. */
  readonly now: () => number;
  /** Per source; 30 s by default. */
  readonly timeoutMs?: number | undefined;
}

/** Spamhaus blocks who downloads DROP more than once an hour; the other lists change no faster. */
export const MIN_FETCH_INTERVAL_MS = 3_600_000;

const DEFAULT_TIMEOUT_MS = 30_000;

/** A machine wrote the file: more unreadable lines than this share mean that it is something else. */
const WORST_BAD_SHARE = 0.01;

/** Updates all sources at once and reports each, in the order given. Throws only when `dir` cannot be made. */
export async function updateFeeds(update: FeedUpdate): Promise<readonly FeedOutcome[]> {
  await mkdir(update.dir, { recursive: true });
  return Promise.all(update.sources.map((source) => updateFeed(source, update)));
}

async function updateFeed(source: FeedSource, update: FeedUpdate): Promise<FeedOutcome> {
  const { name } = source;
  const path = join(update.dir, name);
  try {
    const live = await readLive(path);
    const age = live?.fetchedAt === undefined ? Infinity : update.now() - live.fetchedAt;
    if (live && age >= 0 && age < MIN_FETCH_INTERVAL_MS)
      return { kind: 'current', name, entries: live.entries };
    const { fetch, timeoutMs = DEFAULT_TIMEOUT_MS } = update;
    const answer = await download(source.url, { fetch, timeoutMs, maxBytes: source.maxBytes });
    if (answer.kind === 'failed') return { ...answer, name };
    const checked = checkList(answer.bytes, source, live?.entries ?? 0);
    if ('reason' in checked) return { kind: 'failed', name, reason: checked.reason };
    await replaceFile(path, answer.bytes);
    const sidecar: ListSidecar = {
      url: source.url,
      fetchedAt: new Date(update.now()).toISOString(),
      sha256: sha256Hex(answer.bytes),
      entries: checked.entries,
    };
    await replaceFile(sidecarPath(path), `${JSON.stringify(sidecar, null, 2)}\n`);
    return { kind: 'updated', name, entries: checked.entries, bytes: answer.bytes.length };
  } catch (error) {
    return { kind: 'failed', name, reason: errorMessage(error) };
  }
}

/** The list on disk: its entries, and when it was fetched if it is still what was fetched. */
async function readLive(path: string): Promise<{ entries: number; fetchedAt?: number } | null> {
  const bytes = await readFile(path).catch(() => null);
  if (bytes === null) return null;
  const { entries } = parseThreatList(bytes.toString('utf8'), { bareNumbersAreAsns: isAsnList(path) });
  const sidecar = await readSidecar(path);
  // A file cut short since its download counts for what it was, or a truncated download could follow it.
  if (sidecar?.sha256 !== sha256Hex(bytes)) return { entries: Math.max(entries, sidecar?.entries ?? 0) };
  return { entries, fetchedAt: Date.parse(sidecar.fetchedAt) };
}

function checkList(
  bytes: Buffer,
  source: FeedSource,
  liveEntries: number,
): { entries: number } | { reason: string } {
  const parsed = parseThreatList(bytes.toString('utf8'), { bareNumbersAreAsns: isAsnList(source.name) });
  const { entries, badLines } = parsed;
  if (badLines > (entries + badLines) * WORST_BAD_SHARE) {
    return { reason: `it is not a list: ${badLines} of ${entries + badLines} lines are unreadable` };
  }
  if (entries < source.minEntries) {
    return { reason: `it has ${entries} entries, fewer than the ${source.minEntries} expected` };
  }
  const reason = whyCutShort(entries, liveEntries);
  return reason === null ? { entries } : { reason };
}

function isAsnList(name: string): boolean {
  return classifyListName(name)?.bareNumbersAreAsns ?? false;
}

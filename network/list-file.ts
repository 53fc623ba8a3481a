/**
 * One list file on disk: its entries ready for searching, its age, and whether it can be trusted at all.
 * Beside `name.txt` the updater keeps `name.txt.meta.json`: when it fetched which bytes.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { NetworkClass } from '../domain/risk/facts';
import { coveredShare, mergeRanges, type IntervalTable } from './intervals';
import { parseThreatListPatiently, type ParsedList } from './list-format';
import { classifyListName, MAX_LIST_AGE_MS } from './list-naming';

export interface ThreatList {
  readonly path: string;
  readonly name: string;
  readonly class: NetworkClass;
  /** Different ones, before merging. */
  readonly entries: number;
  /** Epoch ms: when it was fetched, or when the file was last written. */
  readonly updatedAt: number;
  /** Epoch ms after which it scores no more; Infinity for packaged lists. */
  readonly freshUntil: number;
  readonly ipv4: IntervalTable;
  readonly ipv6: IntervalTable;
  readonly asns: ReadonlySet<number>;
  /** As whole files do; one that is cut short rarely does. */
  readonly endsInNewline: boolean;
}

export type ListReading =
  | { readonly kind: 'list'; readonly list: ThreatList }
  | { readonly kind: 'refused'; readonly reason: string };

/** What the updater notes about a file it wrote. */
export interface ListSidecar {
  readonly url: string;
  /** ISO 8601, UTC. */
  readonly fetchedAt: string;
  /** Hex digest of the file's bytes: tells a file that was cut short or edited since. */
  readonly sha256: string;
  readonly entries: number;
}

/** With this share of what was there before, or less, a list counts as cut short. */
export const SMALLEST_CREDIBLE_SHARE = 0.5;

/** In a file written by hand a few slips are forgiven; beyond this share it is not a list. */
const WORST_BAD_SHARE = 0.05;
const FORGIVEN_BAD_LINES = 3;

/** Many times the largest list there is; a junk file must not fill the memory. */
const LARGEST_BYTES = 64 * 1024 ** 2;

/** A list that condemns more of the internet than this is a mistake, or an attack on everybody else. */
const WIDEST_SHARE = 0.25;

const NEWLINE = 10;

export function sidecarPath(listPath: string): string {
  return `${listPath}.meta.json`;
}

export function sha256Hex(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Reads one list. `isPackaged` lists do not age. Refused: unknown name, unreadable, empty, junk, cut short. */
export async function readListFile(path: string, options: { isPackaged: boolean }): Promise<ListReading> {
  const naming = classifyListName(basename(path));
  if (naming === null) return { kind: 'refused', reason: 'its name says no network class' };
  try {
    const { size, mtimeMs } = await stat(path);
    if (size > LARGEST_BYTES) return { kind: 'refused', reason: 'it is too large' };
    const bytes = await readFile(path);
    if (bytes.includes(0))
      return { kind: 'refused', reason: 'it holds zero bytes: not a text file, or damaged' };
    const parsed = await parseThreatListPatiently(bytes.toString('utf8'), naming);
    const sidecar = await readSidecar(path);
    const reason = whyRefused(parsed, sidecar);
    if (reason !== null) return { kind: 'refused', reason };
    const isAsFetched = sidecar?.sha256 === sha256Hex(bytes);
    const updatedAt = isAsFetched ? Date.parse(sidecar.fetchedAt) : mtimeMs;
    const freshUntil = options.isPackaged ? Infinity : updatedAt + MAX_LIST_AGE_MS[naming.class];
    const endsInNewline = bytes.at(-1) === NEWLINE;
    return judged(toList(parsed, { path, class: naming.class, updatedAt, freshUntil, endsInNewline }));
  } catch (error) {
    // The message of a file system error names the path.
    return { kind: 'refused', reason: `it cannot be read (${errorCode(error)})` };
  }
}

function judged(list: ThreatList): ListReading {
  const share = Math.max(coveredShare(list.ipv4), coveredShare(list.ipv6));
  if (share <= WIDEST_SHARE) return { kind: 'list', list };
  return { kind: 'refused', reason: `it covers ${Math.round(share * 100)} % of all addresses` };
}

function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'unknown error';
}

/** The note beside a list; null when there is none or it is unreadable. */
export async function readSidecar(listPath: string): Promise<ListSidecar | null> {
  try {
    const value = JSON.parse(await readFile(sidecarPath(listPath), 'utf8')) as Partial<ListSidecar>;
    const { url = '', fetchedAt, sha256, entries } = value;
    const isWhole = typeof fetchedAt === 'string' && !Number.isNaN(Date.parse(fetchedAt));
    if (!isWhole || typeof sha256 !== 'string' || typeof entries !== 'number') return null;
    return { url, fetchedAt, sha256, entries };
  } catch {
    return null;
  }
}

function whyRefused(parsed: ParsedList, sidecar: ListSidecar | null): string | null {
  const { entries, badLines } = parsed;
  if (entries === 0) return badLines === 0 ? 'it is empty' : 'it holds no address: not a list';
  if (badLines > Math.max(FORGIVEN_BAD_LINES, entries * WORST_BAD_SHARE)) {
    return `${badLines} of its ${entries + badLines} lines are unreadable`;
  }
  return sidecar === null ? null : whyCutShort(entries, sidecar.entries);
}

/** A reason when `entries` is half of `before` or less: a truncated list must not empty the live one. */
export function whyCutShort(entries: number, before: number): string | null {
  return entries < before && entries <= before * SMALLEST_CREDIBLE_SHARE
    ? `it has ${entries} entries where ${before} were: cut short?`
    : null;
}

function toList(
  parsed: ParsedList,
  known: Pick<ThreatList, 'path' | 'class' | 'updatedAt' | 'freshUntil' | 'endsInNewline'>,
): ThreatList {
  return {
    ...known,
    name: basename(known.path),
    entries: parsed.entries,
    ipv4: mergeRanges(1, parsed.ipv4),
    ipv6: mergeRanges(4, parsed.ipv6),
    asns: new Set(parsed.asns),
  };
}

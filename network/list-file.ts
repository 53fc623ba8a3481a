/**
 * One list file on disk: its entries ready for searching, its age, and whether it can be trusted at all.
 * Beside `name.txt` the updater keeps `name.txt.meta.json`: when it fetched which bytes.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { NetworkClass } from '../domain/risk/facts';
import { errorMessage } from './error-message';
import { mergeRanges, type IntervalTable } from './intervals';
import { parseThreatList, type ParsedList } from './list-format';
import { classifyListName, MAX_LIST_AGE_MS } from './list-naming';

export interface ThreatList {
  readonly path: string;
  readonly name: string;
  readonly class: NetworkClass;
  /** Lines that count, before merging. */
  readonly entries: number;
  /** Epoch ms: when it was fetched, or when the file was last written. */
  readonly updatedAt: number;
  /** Epoch ms after which it scores no more; Infinity for packaged lists. */
  readonly freshUntil: number;
  readonly ipv4: IntervalTable;
  readonly ipv6: IntervalTable;
  readonly asns: ReadonlySet<number>;
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

/** Below this share of what was there before, a list counts as cut short. */
export const SMALLEST_CREDIBLE_SHARE = 0.5;

/** In a file written by hand a few slips are forgiven; beyond this share it is not a list. */
const WORST_BAD_SHARE = 0.05;
const FORGIVEN_BAD_LINES = 3;

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
    const bytes = await readFile(path);
    const parsed = parseThreatList(bytes.toString('utf8'), naming);
    const sidecar = await readSidecar(path);
    const reason = whyRefused(parsed, sidecar);
    if (reason !== null) return { kind: 'refused', reason };
    const isAsFetched = sidecar?.sha256 === sha256Hex(bytes);
    const updatedAt = isAsFetched ? Date.parse(sidecar.fetchedAt) : (await stat(path)).mtimeMs;
    const freshUntil = options.isPackaged ? Infinity : updatedAt + MAX_LIST_AGE_MS[naming.class];
    const { class: networkClass } = naming;
    return { kind: 'list', list: toList(parsed, { path, class: networkClass, updatedAt, freshUntil }) };
  } catch (error) {
    return {
      kind: 'refused',
      reason: `it cannot be read: ${errorMessage(error)}`,
    };
  }
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

/** A reason when `entries` is less than half of `before`: a truncated list must not empty the live one. */
export function whyCutShort(entries: number, before: number): string | null {
  return entries < before * SMALLEST_CREDIBLE_SHARE
    ? `it has ${entries} entries where ${before} were: cut short?`
    : null;
}

function toList(
  parsed: ParsedList,
  known: Pick<ThreatList, 'path' | 'class' | 'updatedAt' | 'freshUntil'>,
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

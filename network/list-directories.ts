/**
 * Reads whole directories of list files, and decides for each file whether it takes the place of its version in force.
 * Whoever can disturb a download or a disk must not be able to make attackers look clean.
 */
import { readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { publicName, type SourceProblem } from '../domain/network-sources';
import { readListFile, sidecarPath, whyCutShort, type ThreatList } from './list-file';
import { packagedListsDirectory } from './packaged-data';

export interface LoadedLists {
  readonly lists: readonly ThreatList[];
  /** With the file's path, or the directory's. */
  readonly problems: readonly (SourceProblem & { readonly path: string })[];
}

/** What is in force, and which files are being written and must be left as they are. */
interface Standing {
  readonly live: LoadedLists;
  readonly unsettled: ReadonlySet<string>;
}

type Outcome = { readonly list?: ThreatList | undefined; readonly reason?: string | undefined };

export const NO_LISTS: LoadedLists = { lists: [], problems: [] };

/** Never throws on content. A directory that was never there holds no lists. */
export async function loadDirectories(
  directories: readonly string[],
  standing: Standing,
): Promise<LoadedLists> {
  const loaded = [];
  for (const directory of new Set(directories)) loaded.push(await loadDirectory(directory, standing));
  return {
    lists: loaded.flatMap(({ lists }) => lists),
    problems: loaded.flatMap(({ problems }) => problems),
  };
}

async function loadDirectory(directory: string, { live, unsettled }: Standing): Promise<LoadedLists> {
  const inForce = live.lists.filter(({ path }) => dirname(path) === directory);
  const names = await namesIn(directory);
  const lossReason = whyLost(names, inForce);
  if (lossReason !== undefined) {
    return { lists: inForce, problems: [{ path: directory, name: 'lists', reason: lossReason }] };
  }
  const vanishing = inForce.filter(({ name, path }) => unsettled.has(path) && names?.includes(name) !== true);
  const lists = [...vanishing];
  const problems = [];
  for (const name of names ?? []) {
    const path = join(directory, name);
    const before = {
      list: inForce.find((list) => list.path === path),
      reason: live.problems.find((problem) => problem.path === path)?.reason,
    };
    const isUnsettled = unsettled.has(path) || unsettled.has(sidecarPath(path));
    const { list, reason } = isUnsettled ? before : await loadOne(path, before.list);
    if (list) lists.push(list);
    if (reason !== undefined) problems.push({ path, name: publicName(name), reason });
  }
  return { lists, problems };
}

/** A deleted list goes; a directory that is gone, or loses several lists at once, is a disk that went away. */
function whyLost(names: readonly string[] | null, inForce: readonly ThreatList[]): string | undefined {
  if (inForce.length === 0) return undefined;
  if (names === null) return 'their directory is gone or unreadable';
  return names.length === 0 && inForce.length > 1 ? 'their directory has become empty' : undefined;
}

/** `live` stands in for a file that cannot be taken now. */
async function loadOne(path: string, live: ThreatList | undefined): Promise<Outcome> {
  const reading = await readListFile(path, { isPackaged: isPackaged(path) });
  if (reading.kind === 'refused') return { list: live, reason: reading.reason };
  const reason = live === undefined ? null : whyNoSuccessor(reading.list, live);
  return reason === null ? { list: reading.list } : { list: live, reason };
}

function whyNoSuccessor(next: ThreatList, live: ThreatList): string | null {
  const isCutInALine = live.endsInNewline && !next.endsInNewline && next.entries < live.entries;
  if (isCutInALine) return 'it is shorter than before and ends within a line: cut short?';
  return whyCutShort(next.entries, live.entries);
}

/** File names in order, without sidecars, hidden and temporary files; null when the directory cannot be read. */
async function namesIn(directory: string): Promise<readonly string[] | null> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.') && !isCompanion(entry.name))
      .map((entry) => entry.name)
      .sort();
  } catch {
    return null;
  }
}

function isCompanion(name: string): boolean {
  return name.endsWith('.meta.json') || name.endsWith('.md');
}

function isPackaged(path: string): boolean {
  const fromPackage = relative(packagedListsDirectory(), path);
  return !fromPackage.startsWith('..') && !fromPackage.startsWith('/');
}

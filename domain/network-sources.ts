/**
 * What the network facts of a sign-in come from, databases and lists, and how old each is. A worker reports what it
 * has in force; the API tells it for all live workers together. Names and reasons are public: never a path in them.
 */
import { NETWORK_CLASSES, type NetworkClass } from './risk/facts';

export type SourceKind = 'geoip_city' | 'geoip_asn' | NetworkClass;

export interface NetworkSource {
  /** Name of a list file, or a database's own name for itself. */
  readonly name: string;
  readonly kind: SourceKind;
  /** Came with the product: only an upgrade makes it younger. */
  readonly packaged: boolean;
  /** Of lists. */
  readonly entries?: number;
  /** Epoch ms: when the database was built, when the list was fetched or written. */
  readonly updatedAt: number;
  /** Epoch ms after which it counts as stale; null for never. */
  readonly staleAfter: number | null;
}

/** A file that is not in force as it lies on disk, and why. */
export interface SourceProblem {
  readonly name: string;
  readonly reason: string;
}

export interface NetworkReport {
  readonly sources: readonly NetworkSource[];
  readonly problems: readonly SourceProblem[];
}

export interface SourceStanding extends Omit<NetworkSource, 'staleAfter'> {
  readonly ageSeconds: number;
  readonly stale: boolean;
  /** Not every worker has this version of it in force. */
  readonly differs: boolean;
}

export interface NetworkStanding {
  readonly sources: readonly SourceStanding[];
  readonly problems: readonly SourceProblem[];
  /** Something that an operator can and should mend. */
  readonly needsAttention: boolean;
}

/** A directory full of other files must not swell the report. */
const MOST_SOURCES = 200;
const MOST_PROBLEMS = 50;
const LONGEST_NAME = 100;

/**
 * All reports as one, by name and kind: the oldest version of a source stands for it, and a problem counts once. `now`
 * in epoch ms.
 */
export function combineReports(reports: readonly NetworkReport[], now: number): NetworkStanding {
  const byKey = new Map<string, NetworkSource[]>();
  for (const source of reports.flatMap(({ sources }) => sources)) {
    const key = `${source.kind} ${source.name}`;
    byKey.set(key, [...(byKey.get(key) ?? []), source]);
  }
  const sources = [...byKey.values()].map((versions) =>
    standingOf(versions, { now, workers: reports.length }),
  );
  const problems = new Map(
    reports
      .flatMap((report) => report.problems)
      .map((problem) => [`${problem.name} ${problem.reason}`, problem]),
  );
  return {
    sources,
    problems: [...problems.values()],
    needsAttention: problems.size > 0 || sources.some(({ stale, packaged }) => stale && !packaged),
  };
}

function standingOf(
  versions: readonly NetworkSource[],
  { now, workers }: { now: number; workers: number },
): SourceStanding {
  const oldest = versions.reduce((left, right) => (right.updatedAt < left.updatedAt ? right : left));
  const { staleAfter, ...source } = oldest;
  return {
    ...source,
    ageSeconds: Math.max(0, Math.floor((now - oldest.updatedAt) / 1_000)),
    stale: staleAfter !== null && now > staleAfter,
    differs: versions.length < workers || versions.some(({ updatedAt }) => updatedAt !== oldest.updatedAt),
  };
}

/** Text that may be shown to anybody: what is no plain name is made one. */
export function publicName(text: string): string {
  return text.replace(/[^\w .+-]/g, '?').slice(0, LONGEST_NAME);
}

/** Bounded, so that it fits into a heartbeat. */
export function boundedReport({ sources, problems }: NetworkReport): NetworkReport {
  return { sources: sources.slice(0, MOST_SOURCES), problems: problems.slice(0, MOST_PROBLEMS) };
}

/** A report as stored by a worker, perhaps of another version; undefined when it cannot be understood. */
export function parseNetworkReport(value: unknown): NetworkReport | undefined {
  const { sources, problems } = fieldsOf(value);
  if (!Array.isArray(sources) || !Array.isArray(problems)) return undefined;
  return {
    sources: (sources as unknown[]).filter(isSource),
    problems: (problems as unknown[]).filter(isProblem),
  };
}

function isSource(value: unknown): value is NetworkSource {
  const { name, kind, packaged, entries, updatedAt, staleAfter } = fieldsOf(value);
  return (
    typeof name === 'string' &&
    ['geoip_city', 'geoip_asn', ...NETWORK_CLASSES].some((known) => known === kind) &&
    typeof packaged === 'boolean' &&
    (entries === undefined || Number.isInteger(entries)) &&
    typeof updatedAt === 'number' &&
    (staleAfter === null || typeof staleAfter === 'number')
  );
}

function isProblem(value: unknown): value is SourceProblem {
  const { name, reason } = fieldsOf(value);
  return typeof name === 'string' && typeof reason === 'string';
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

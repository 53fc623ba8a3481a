/** `instance.json`: how tests find an instance. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `instance.json` says (docs/embedded.md). */
export interface InstanceFile {
  readonly version: number;
  readonly api: string;
  readonly apis: readonly string[];
  readonly console: string;
  readonly metrics: string;
  readonly codec: string;
  readonly temporal: { address: string; namespace: string; ui: string; taskQueue: string };
  readonly postgres: string;
  readonly redis: string;
  readonly pids: InstancePids;
  readonly admin: { login: string; userId: string; password: string; totpSecret: string };
  readonly operator: { clientId: string; clientSecret: string };
  readonly demo: {
    clientId: string;
    clientSecret: string;
    userId: string;
    login: string;
    password: string;
    totpSecret: string;
  };
}

export interface InstancePids {
  readonly supervisor: number;
  readonly api: readonly number[];
  readonly worker: readonly number[];
  readonly temporal: number;
  readonly postgres: number;
  readonly redis: number;
}

/** The file's content, or `undefined` while there is none. */
export function readInstanceFile(runDir: string): InstanceFile | undefined {
  const file = join(runDir, 'instance.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as InstanceFile;
  } catch {
    // Not there (yet, or any more): it is replaced by rename, so it is never half there.
    return undefined;
  }
}

/** Every process id of an instance. */
export function pidsOf({ supervisor, api, worker, temporal, postgres, redis }: InstancePids): number[] {
  return [supervisor, ...api, ...worker, temporal, postgres, redis];
}

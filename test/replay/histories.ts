/** Where recorded histories lie and how they are read and written. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { DataConverter } from '@temporalio/common';
import { createKeyRing } from '../../runtime/keys';
import type { CodecOptions } from '../../runtime/payload-codec';
import { createDataConverter } from '../../runtime/temporal-connection';

export const HISTORIES_DIRECTORY = join(__dirname, 'histories');
/** Files of histories whose payloads the codec encrypted. */
export const ENCRYPTED_PREFIX = 'encrypted-';

export type History = ReturnType<typeof historyFromJSON>;
export { historyToJSON };

export interface RecordedHistory {
  readonly workflowId: string;
  readonly history: History;
}

/** The names of all recordings, sorted. */
export function recordedNames(): string[] {
  return readdirSync(HISTORIES_DIRECTORY)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}

/** Reads a recording. Its name stands for the workflow id, as replay tools do it. */
export function readHistory(name: string): RecordedHistory {
  const json: unknown = JSON.parse(readFileSync(join(HISTORIES_DIRECTORY, `${name}.json`), 'utf8'));
  return { workflowId: name, history: historyFromJSON(json) };
}

/** The encrypting converter of recordings. Its key protects nothing: it is fixed so that recordings stay readable. */
export function recordingConverter(options: CodecOptions): DataConverter {
  return createDataConverter(createKeyRing(Buffer.alloc(32, 7).toString('base64')), options);
}

/** What Temporal shows of the product's workflows to anybody who may read it, without any key. */
import { Client, Connection } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { Instance } from '../../support/instance';

export interface SeenPayload {
  /** Where in the history: the names of the fields that lead to it. */
  readonly path: string;
  readonly encoding: string;
  readonly data: Buffer;
}

export interface SeenWorkflow {
  readonly workflowId: string;
  readonly type: string;
  readonly searchAttributes: Readonly<Record<string, unknown>>;
  readonly historyJson: string;
  readonly payloads: readonly SeenPayload[];
}

/** Reads the whole history of every workflow. */
export async function readWorkflows(instance: Instance): Promise<SeenWorkflow[]> {
  const { address, namespace } = instance.now.temporal;
  const connection = await Connection.connect({ address });
  try {
    const client = new Client({ connection, namespace });
    const seen: SeenWorkflow[] = [];
    for await (const { workflowId, runId, type, searchAttributes } of client.workflow.list()) {
      const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      seen.push({
        workflowId,
        type,
        searchAttributes: { ...searchAttributes },
        historyJson: JSON.stringify(historyToJSON(history)),
        payloads: payloadsOf(history, ''),
      });
    }
    return seen;
  } finally {
    await connection.close();
  }
}

/** The list and the histories as the Web UI gets them. */
export async function readWebUi(
  { now: { temporal } }: Instance,
  workflowIds: readonly string[],
): Promise<string> {
  const base = `${temporal.ui}/api/v1/namespaces/${temporal.namespace}/workflows`;
  const paths = workflowIds.flatMap((id) => [
    `/${encodeURIComponent(id)}`,
    `/${encodeURIComponent(id)}/history`,
  ]);
  const texts: string[] = [];
  for (const path of ['', ...paths]) {
    const response = await fetch(base + path);
    if (response.status !== 200) throw new Error(`${base}${path} answered ${response.status}`);
    texts.push(await response.text());
  }
  return texts.join('\n');
}

/** Starts a workflow that nobody runs, with an argument in clear. */
export async function plantInClear({ now: { temporal } }: Instance, text: string): Promise<string> {
  const connection = await Connection.connect({ address: temporal.address });
  try {
    const client = new Client({ connection, namespace: temporal.namespace });
    const workflowId = `planted-${Date.now()}`;
    await client.workflow.start('planted', { workflowId, taskQueue: 'nobody', args: [text] });
    return workflowId;
  } finally {
    await connection.close();
  }
}

function payloadsOf(value: unknown, path: string): SeenPayload[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  const { metadata, data } = value as Payload;
  if (metadata?.['encoding'] && data) {
    return [{ path, encoding: Buffer.from(metadata['encoding']).toString(), data: Buffer.from(data) }];
  }
  return Object.entries(value).flatMap(([name, entry]) =>
    payloadsOf(entry, /^\d+$/.test(name) ? path : `${path}.${name}`),
  );
}

/** The histories that requests left at the Temporal server. */
import { Client, Connection } from '@temporalio/client';
import { median } from './measure.mjs';

const ENDS_WITHIN_MS = 3_000;
const LOOK_EVERY_MS = 100;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Describes a workflow once it has ended, or as it stands when it goes on waiting for an answer. */
async function described(client, workflowId) {
  const deadline = Date.now() + ENDS_WITHIN_MS;
  for (;;) {
    const { status, historyLength, historySize } = await client.workflow.getHandle(workflowId).describe();
    const ended = status.name !== 'RUNNING';
    if (ended && status.name !== 'COMPLETED') throw new Error(`${workflowId} is ${status.name}`);
    if (ended || Date.now() > deadline) return { events: historyLength, bytes: Number(historySize), ended };
    await pause(LOOK_EVERY_MS);
  }
}

/**
 * Medians over the workflows: events, bytes, and whether they have ended.
 * @param {{address: string, namespace: string}} temporal
 */
export async function openHistories({ address, namespace }) {
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace });
  return {
    async measure(workflowIds) {
      const found = await Promise.all(workflowIds.map((id) => described(client, id)));
      const [{ ended }] = found;
      if (found.some((one) => one.ended !== ended))
        throw new Error('some workflows ended and others did not');
      return {
        events: median(found.map(({ events }) => events)),
        bytes: median(found.map(({ bytes }) => bytes)),
        ended,
      };
    },
    stop: () => connection.close(),
  };
}

/** The Temporal server of a stage: the time-skipping one, or a real one. */
import type { DataConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { ensureSearchAttributes } from '../../../runtime/temporal-connection';
import { SEARCH_ATTRIBUTES } from '../../../workflows/messages';

export interface StageOptions {
  /** A real server in place of the time-skipping one. */
  readonly existingServer?: string;
  readonly dataConverter?: DataConverter;
  /** No worker polls until `admitWorkers`: what was sent before comes in one batch. */
  readonly heldBack?: boolean;
}

/** Connects to the server (or starts one) and registers the search attributes. */
export async function openEnvironment(options: StageOptions): Promise<TestWorkflowEnvironment> {
  const client = {
    identity: 'tests',
    ...(options.dataConverter && { dataConverter: options.dataConverter }),
  };
  if (options.existingServer !== undefined) {
    const address = options.existingServer;
    const existing = await TestWorkflowEnvironment.createFromExistingServer({ address, client });
    await ensureSearchAttributes(existing.client, 'default', SEARCH_ATTRIBUTES);
    return existing;
  }
  const path = process.env['TEST_TEMPORAL_TEST_SERVER'];
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    client,
    ...(path && { server: { executable: { type: 'existing-path', path } } }),
  });
  // This server can add search attributes but not list them.
  const keyword = temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
  await environment.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(SEARCH_ATTRIBUTES.map((name) => [name, keyword])),
  });
  return environment;
}

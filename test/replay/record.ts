/**
 * `npm run histories:record`: plays every scenario against the real server and writes the histories that
 * `replay.test.ts` replays. It records what is missing; delete a recording only when no workflow of its version is left.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { testEnvironment } from '../support/database';
import { openStage, type Stage } from '../workflows/support/stage';
import { ENCRYPTED_PREFIX, HISTORIES_DIRECTORY, historyToJSON, recordingConverter } from './histories';
import { resultOf, type DecisionScenario, type FlowScenario, type Scenario } from './scenario';
import { ENCRYPTED, scenarios } from './scenarios';

async function record(stage: Stage, name: string, scenario: Scenario): Promise<void> {
  const file = join(HISTORIES_DIRECTORY, `${name}.json`);
  // A recording is what an older version did: it is kept, or the gate would compare the code with itself.
  if (existsSync(file)) return;
  const handle = await ('input' in scenario ? playFlow(stage, scenario) : playDecision(stage, scenario));
  expect(await handle.result()).toEqual(resultOf(scenario));
  const json: unknown = JSON.parse(historyToJSON(await handle.fetchHistory()));
  writeFileSync(file, `${JSON.stringify(json, null, 1)}\n`);
}

async function playDecision(stage: Stage, scenario: DecisionScenario): Promise<WorkflowHandle> {
  const signIn = scenario.workflow ? stage.stepUp(scenario.fakes) : stage.signIn(scenario.fakes);
  await signIn.decide();
  await scenario.play?.(signIn);
  return signIn.handle;
}

async function playFlow(stage: Stage, scenario: FlowScenario): Promise<WorkflowHandle> {
  const workflowId = `recording/${randomBytes(8).toString('hex')}`;
  stage.cast(workflowId, scenario.fakes);
  const handle = await stage.client.workflow.start(scenario.workflow, {
    workflowId,
    taskQueue: stage.decisionsQueue,
    args: [scenario.input],
  });
  await scenario.play?.(handle);
  return handle;
}

const existingServer = testEnvironment('TEST_TEMPORAL_ADDRESS');

describe('recording in clear', () => {
  let stage: Stage;
  beforeAll(async () => {
    mkdirSync(HISTORIES_DIRECTORY, { recursive: true });
    stage = await openStage({ existingServer });
  });
  afterAll(() => stage.teardown());

  it.each(Object.entries(scenarios()))('%s', (name, scenario) => record(stage, name, scenario));
});

describe('recording with the codec', () => {
  let stage: Stage;
  beforeAll(async () => {
    const dataConverter = recordingConverter({ scope: 'strict', clear: 'neutralise' });
    stage = await openStage({ existingServer, dataConverter });
  });
  afterAll(() => stage.teardown());

  it.each(ENCRYPTED)('%s', async (name) => {
    const scenario = scenarios()[name];
    if (!scenario) throw new Error(`no scenario ${name}`);
    await record(stage, ENCRYPTED_PREFIX + name, scenario);
  });
});

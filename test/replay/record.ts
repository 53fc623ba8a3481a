/**
 * `npm run histories:record`: plays every scenario against the real server and writes the histories that
 * `replay.test.ts` replays. It records what is missing; delete a recording only when no workflow of its version is left.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testEnvironment } from '../support/database';
import { openStage, type Stage } from '../workflows/support/stage';
import { ENCRYPTED_PREFIX, HISTORIES_DIRECTORY, historyToJSON, recordingConverter } from './histories';
import { ENCRYPTED, scenarios, type Scenario } from './scenarios';

async function record(stage: Stage, name: string, scenario: Scenario): Promise<void> {
  const file = join(HISTORIES_DIRECTORY, `${name}.json`);
  // A recording is what an older version did: it is kept, or the gate would compare the code with itself.
  if (existsSync(file)) return;
  const signIn = scenario.workflow ? stage.stepUp(scenario.fakes) : stage.signIn(scenario.fakes);
  await signIn.decide();
  await scenario.play?.(signIn);
  expect(await signIn.handle.result()).toEqual({ outcome: scenario.outcome });
  const json: unknown = JSON.parse(historyToJSON(await signIn.handle.fetchHistory()));
  writeFileSync(file, `${JSON.stringify(json, null, 1)}\n`);
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

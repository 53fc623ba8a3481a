import { bundleWorkflowCode, DefaultLogger, Worker, type ReplayWorkerOptions } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { buildWorkflowBundle } from '../../worker/build-workflow-bundle';
import { installRuntime } from '../support/stack-worker';
import { ENCRYPTED_PREFIX, readHistory, recordedNames, recordingConverter } from './histories';
import { resultOf } from './scenario';
import { ENCRYPTED, scenarios } from './scenarios';

const NAMES = recordedNames();
const isEncrypted = (name: string) => name.startsWith(ENCRYPTED_PREFIX);

/** Replays recordings and says which of them the code no longer follows, and why. */
async function replay(options: ReplayWorkerOptions, names: readonly string[]) {
  const errors = new Map<string, Error>();
  const replayed: string[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories(options, names.map(readHistory))) {
    replayed.push(workflowId);
    if (error) errors.set(workflowId, error);
  }
  expect(replayed.sort()).toEqual([...names].sort());
  return errors;
}

/** A history as one reads it without any key: every field of bytes as text. */
function inClear(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, field]) => `${key}: ${inClear(field)}`)
    .join('\n');
}

describe('replay of recorded histories', () => {
  let workflowBundle: { code: string };
  beforeAll(async () => {
    installRuntime();
    workflowBundle = { code: await buildWorkflowBundle() };
  });

  it('has a recording of every path', () => {
    const expected = [...Object.keys(scenarios()), ...ENCRYPTED.map((name) => ENCRYPTED_PREFIX + name)];
    expect(NAMES).toEqual(expected.sort());
  });

  it('has recordings that ended as their paths say', () => {
    for (const [name, scenario] of Object.entries(scenarios())) {
      const last = readHistory(name).history.events?.at(-1);
      const [result] = last?.workflowExecutionCompletedEventAttributes?.result?.payloads ?? [];
      expect({ name, result: Buffer.from(result?.data ?? []).toString() }).toEqual({
        name,
        result: JSON.stringify(resultOf(scenario)),
      });
    }
  });

  it('finds that workflows begun before this version go on under it, whatever path they took', async () => {
    const clear = NAMES.filter((name) => !isEncrypted(name));
    expect(await replay({ workflowBundle }, clear)).toEqual(new Map());
  });

  it('finds nothing of a sign-in in the clear in an encrypted history', () => {
    for (const name of NAMES.filter(isEncrypted)) {
      const text = inClear(readHistory(name).history);
      expect(text).toContain('binary/encrypted');
      expect(text).not.toMatch(/canary|203\.0\.113|usr_|ses_|digest/i);
    }
  });

  it('reads encrypted histories of workflows with other ids and namespaces', async () => {
    const dataConverter = recordingConverter({ scope: 'any-scope', clear: 'refuse' });
    expect(await replay({ workflowBundle, dataConverter }, NAMES.filter(isEncrypted))).toEqual(new Map());
  });

  it('reports every sign-in that a thoughtlessly changed workflow does not follow', async () => {
    const { code } = await bundleWorkflowCode({
      workflowsPath: require.resolve('./altered-sign-in'),
      logger: new DefaultLogger('ERROR'),
    });
    const signIns = Object.entries(scenarios()).filter(([, { workflow }]) => workflow === undefined);
    const clear = signIns.map(([name]) => name).sort();
    const errors = await replay({ workflowBundle: { code } }, clear);
    expect([...errors.keys()].sort()).toEqual(clear);
    for (const error of errors.values()) {
      expect(error).toBeInstanceOf(DeterminismViolationError);
      expect(error.message).toMatch(/nondeterminism/i);
    }
  });
});

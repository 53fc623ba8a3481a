/**
 * The stage of the workflow tests: a Temporal server, the two workers of a worker process, and fake activities
 * chosen per workflow. No store anywhere.
 */
import { randomBytes } from 'node:crypto';
import { WithStartWorkflowOperation, type Client, type WorkflowHandle } from '@temporalio/client';
import type { Duration } from '@temporalio/common';
import type { Activities } from '../../../activities';
import {
  DECISION_UPDATE_ID,
  decisionUpdate,
  SIGN_IN_WORKFLOW,
  signInWorkflowId,
  STEP_UP_WORKFLOW,
  stepUpWorkflowId,
  type DecisionAnswer,
  type SignInInput,
  type SignInResult,
  type StepUpInput,
} from '../../../workflows/messages';
import { installRuntime } from '../../support/stack-worker';
import { createRecorder, type Recorder } from './fake-activities';
import { openEnvironment, type StageOptions } from './server';
import { startWorkers } from './workers';

export type SignInWorkflow = (input: SignInInput) => Promise<SignInResult>;
export type SignInHandle = WorkflowHandle<SignInWorkflow>;

export interface Stage {
  readonly client: Client;
  readonly namespace: string;
  readonly decisionsQueue: string;
  /** The server's clock, epoch ms. */
  now(): Promise<number>;
  /** Lets the server's clock run (it skips, the test does not wait). */
  pass(duration: Duration): Promise<void>;
  /** A sign-in that has not begun; its fakes are set before `decide` or `start`. */
  signIn(fakes: Partial<Activities>, input?: Partial<SignInInput>): StagedSignIn;
  /** The same for a step-up. */
  stepUp(fakes: Partial<Activities>, input?: Partial<StepUpInput>): StagedSignIn;
  /** Gives the workflow of this id its fakes. */
  cast(workflowId: string, fakes: Partial<Activities>): Recorder;
  /** Lets the workers in that `heldBack` kept out. */
  admitWorkers(): Promise<void>;
  teardown(): Promise<void>;
}

export interface StagedSignIn extends Recorder {
  readonly input: SignInInput;
  readonly handle: SignInHandle;
  /** Starts the workflow as the API does (Update-with-Start) and returns the decision. */
  decide(): Promise<DecisionAnswer>;
  /** Starts it with this argument, whatever it is, without asking for the decision. */
  start(...given: unknown[]): Promise<void>;
}

/** Opens a stage; call `teardown` in `afterAll`. */
export async function openStage(options: StageOptions = {}): Promise<Stage> {
  installRuntime();
  const environment = await openEnvironment(options);
  const casts = new Map<string, Recorder>();
  const decisionsQueue = `${randomBytes(6).toString('hex')}-decisions`;
  const admit = () => startWorkers(environment, { options, casts, decisionsQueue });
  let workers = options.heldBack === true ? undefined : await admit();
  const { client } = environment;
  const namespace = environment.namespace ?? 'default';

  const cast = (workflowId: string, fakes: Partial<Activities>) => {
    const recorder = createRecorder(fakes);
    casts.set(workflowId, recorder);
    return recorder;
  };

  const staged = (
    workflow: string,
    { workflowId, input, fakes }: { workflowId: string; input: SignInInput; fakes: Partial<Activities> },
  ): StagedSignIn => {
    const start = {
      workflowId,
      taskQueue: decisionsQueue,
      workflowTaskTimeout: '2s',
      staticSummary: 'Sign-in',
    } as const;
    return {
      ...cast(workflowId, fakes),
      input,
      handle: client.workflow.getHandle<SignInWorkflow>(workflowId),
      decide: () =>
        client.workflow.executeUpdateWithStart(decisionUpdate, {
          updateId: DECISION_UPDATE_ID,
          startWorkflowOperation: new WithStartWorkflowOperation<SignInWorkflow>(workflow, {
            ...start,
            args: [input],
            workflowIdConflictPolicy: 'USE_EXISTING',
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
          }),
        }),
      async start(...given) {
        await client.workflow.start(workflow, { ...start, args: given.length > 0 ? given : [input] });
      },
    };
  };

  return {
    client,
    namespace,
    decisionsQueue,
    cast,
    now: () => environment.currentTimeMs(),
    pass: (duration) => environment.sleep(duration),
    signIn(fakes, overrides = {}) {
      const input = { ...signInInput(), ...overrides };
      return staged(SIGN_IN_WORKFLOW, { workflowId: signInWorkflowId(input.sessionIdHash), input, fakes });
    },
    stepUp(fakes, overrides = {}) {
      const input = { ...signInInput(), ...STEP_UP, ...overrides };
      return staged(STEP_UP_WORKFLOW, { workflowId: stepUpWorkflowId(input.sessionIdHash), input, fakes });
    },
    async admitWorkers() {
      workers ??= await admit();
    },
    async teardown() {
      for (const recorder of casts.values()) recorder.release();
      await workers?.stop();
      await environment.teardown();
    },
  };
}

const STEP_UP = {
  subjectSessionId: 'ses_AAAAAAAAAAAAAAAAAAAAAA',
  isSessionDevice: true,
  action: 'payment',
  maxAgeSeconds: 300,
} as const;

function signInInput(): SignInInput {
  return {
    sessionIdHash: randomBytes(32).toString('base64url'),
    clientId: 'demo-shop',
    userId: 'usr_AAAAAAAAAAAAAAAAAAAAAA',
    ip: '203.0.113.77',
    userAgent: 'Canary/1.0',
    deviceKey: 'canary-device-key',
    firstFactor: 'password',
    answerBy: 4_102_444_800_000,
  };
}

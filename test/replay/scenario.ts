/** One path of a workflow: its fakes, what happens on the way, how it ends. */
import type { WorkflowHandle } from '@temporalio/client';
import type { Activities } from '../../activities';
import type { SignInResult } from '../../workflows/messages';
import { StoreIsDown } from '../workflows/support/fake-activities';
import type { StagedSignIn } from '../workflows/support/stage';

/** A sign-in, or a step-up. */
export interface DecisionScenario {
  readonly fakes: Partial<Activities>;
  /** What happens after the decision was answered. */
  play?(signIn: StagedSignIn): Promise<unknown>;
  readonly outcome: SignInResult['outcome'];
  /** A sign-in unless this says otherwise. */
  readonly workflow?: 'stepUp';
}

/** Any other workflow, started with an input. */
export interface FlowScenario {
  readonly fakes: Partial<Activities>;
  readonly workflow: string;
  readonly input: object;
  /** What happens after the start. */
  play?(handle: WorkflowHandle): Promise<unknown>;
  readonly result: unknown;
}

export type Scenario = DecisionScenario | FlowScenario;

/** What the workflow of a scenario answers at its end. */
export function resultOf(scenario: Scenario): unknown {
  return 'input' in scenario ? scenario.result : { outcome: scenario.outcome };
}

export const outage = () => Promise.reject(new StoreIsDown());

/** Answers one after the other, the last one for ever. */
export function inTurn<T>(...answers: [T, ...T[]]): () => Promise<T> {
  let index = 0;
  return () => Promise.resolve(answers[Math.min(index++, answers.length - 1)] ?? answers[0]);
}

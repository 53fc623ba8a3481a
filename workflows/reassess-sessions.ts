/**
 * A changed policy reaches the sessions that are open: each is judged once by the policy as it is now. Fans out over
 * the application's sessions in a few lanes, batch by batch.
 */
import {
  ApplicationFailure,
  continueAsNew,
  setCurrentDetails,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { REASSESSED, REASSESSING, SUMMARIES } from '../domain/flow-texts';
import { SETTLEMENT, sideEffects } from './activity-options';
import type { ReassessSessionsInput, SessionsReassessed } from './messages';

const LANES = 4;
/** Longer than any sign-in takes that was decided by the old policy, so that its session is found by the second look. */
const LATE_SIGN_INS = '10s';

/** Judges every open session, then those whose sign-in was being recorded meanwhile. */
export async function reassessSessions(input: ReassessSessionsInput): Promise<SessionsReassessed> {
  // A start in clear comes as null: refused for good instead of retried for ever.
  if (typeof input?.clientId !== 'string')
    throw ApplicationFailure.nonRetryable('malformed input', 'malformed');
  setCurrentDetails(REASSESSING);
  const first = await reassessAll(input, input.soFar ?? { kept: 0, stepUps: 0, ended: 0 });
  await sleep(LATE_SIGN_INS, { summary: SUMMARIES.lateSignIns });
  const all = await reassessAll(input, first);
  setCurrentDetails(REASSESSED);
  return all;
}

/** Every lane until nothing of it is left; a long history is continued in a new one. */
async function reassessAll(
  input: ReassessSessionsInput,
  soFar: SessionsReassessed,
): Promise<SessionsReassessed> {
  const counts = { ...soFar };
  const { reassessBatch } = sideEffects(SETTLEMENT, SUMMARIES.reassessBatch);
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    for (let done = false; !done && !workflowInfo().continueAsNewSuggested;) {
      const batch = await reassessBatch({ clientId: input.clientId, lane, lanes: LANES });
      counts.kept += batch.kept;
      counts.stepUps += batch.stepUps;
      counts.ended += batch.ended;
      done = batch.done;
    }
  });
  await Promise.all(lanes);
  if (workflowInfo().continueAsNewSuggested) {
    await continueAsNew<typeof reassessSessions>({ ...input, soFar: counts });
  }
  return counts;
}

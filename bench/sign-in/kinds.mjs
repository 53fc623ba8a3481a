/** What is measured: each kind makes requests ready, so that only the request itself is timed. */
import { createHash } from 'node:crypto';
import { approveByDevice, challengedWithDevice } from './devices.mjs';
import { challenged, createPeople, settle, skipped, verify } from './people.mjs';
import { createSessions, stepUpApproved, stepUpChallenged } from './step-ups.mjs';

/** The yardstick of all the others. */
export const FLOOR = 'floor';
/** What is measured of the product; the others are of the rig. */
export const PRODUCT_KINDS = ['skip', 'challenge', 'totp', 'stepUpApproved', 'stepUpChallenged', 'push'];
const KINDS = [FLOOR, 'usual', ...PRODUCT_KINDS];

/** The kinds of a list such as `skip,totp`, always with the floor; all of them without a list. */
export function namesOf(list) {
  const wanted = list?.split(',') ?? KINDS;
  const unknown = wanted.find((name) => !KINDS.includes(name));
  if (unknown !== undefined) throw new Error(`${unknown} is none of ${KINDS.join(', ')}`);
  return KINDS.filter((name) => name === FLOOR || wanted.includes(name));
}

const SETTLED = 40;
/** From the 21st open challenge on each one ends an older one, which is not what is measured. */
const CHALLENGES_EACH = 12;

/** A list that begins again at its end. */
function around(list) {
  let next = 0;
  return () => list[next++ % list.length];
}

const hashOf = (secret) => createHash('sha256').update(secret).digest('base64url');
const workflowOfSession = ({ mfaSessionId }) => `sign-in/${hashOf(mfaSessionId)}`;
const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
const times = (make) => (count) => Array.from({ length: count }, make);

/** Creates the people that all kinds need, for so many requests of each kind. */
export async function createCast(call, total) {
  const few = Math.max(20, Math.ceil(total / CHALLENGES_EACH));
  const insiders = await createPeople(call, few, { password: 'correct horse battery staple' });
  return {
    settled: await settle(call, await createPeople(call, SETTLED)),
    strangers: await createPeople(call, few),
    // One each: a code is taken once, and the next one comes half a minute later.
    answerers: await createPeople(call, total),
    takeSessions: createSessions(call, insiders),
  };
}

/** A kind whose every request is made out of what `prepare` made ready for it. */
const kind = (prepare, request, workflowOf) => ({
  async prepare(count) {
    return (await prepare(count)).map((ready) => () => request(ready));
  },
  workflowOf,
});

/** Those of the rig. */
function riggedKinds({ post }) {
  const of = (path) =>
    kind(
      times(() => path),
      post,
      ({ workflowId }) => workflowId,
    );
  return { floor: of('/floor'), usual: of('/usual') };
}

function signInKinds(call, { settled, strangers, answerers }, workflowOfDecision) {
  const next = around(answerers);
  const asked = async (count) => {
    const ready = [];
    for (const person of times(next)(count)) ready.push({ person, session: await challenged(call, person) });
    return ready;
  };
  return {
    skip: kind(
      times(around(settled)),
      (person) => skipped(call, person),
      ({ decisionId }) => workflowOfDecision(decisionId),
    ),
    challenge: kind(times(around(strangers)), (person) => challenged(call, person), workflowOfSession),
    totp: answering(asked, ({ person, session }) => verify(call, session, person)),
    push: answering(
      (count) => challengedWithDevice(call, count),
      (ready) => approveByDevice(call, ready),
    ),
  };
}

/** An answer does not name its sign-in; what was made ready does. */
function answering(prepare, answer) {
  const request = async (ready) => {
    await answer(ready);
    return ready.session;
  };
  return kind(prepare, request, workflowOfSession);
}

function stepUpKinds(call, { takeSessions }, workflowOfDecision) {
  return {
    stepUpApproved: kind(
      takeSessions,
      (session) => stepUpApproved(call, session),
      ({ receipt }) => workflowOfDecision(claimsOf(receipt).decision_id),
    ),
    stepUpChallenged: kind(
      takeSessions,
      (session) => stepUpChallenged(call, session),
      ({ mfaSessionId }) => `step-up/${hashOf(mfaSessionId)}`,
    ),
  };
}

/**
 * `workflowOf` names the workflow behind the answer of a request.
 * @returns {{name: string, prepare: (count: number) => Promise<(() => Promise<any>)[]>,
 *   workflowOf: (answer: any) => Promise<string> | string}[]}
 */
export function kindsOf({ call, rig, cast }) {
  const workflowOfDecision = async (id) => {
    const path = `/api/v1/admin/decisions/${id}`;
    return (await call(path, undefined, { as: 'operator', method: 'GET' })).workflowId;
  };
  const kinds = {
    ...riggedKinds(rig),
    ...signInKinds(call, cast, workflowOfDecision),
    ...stepUpKinds(call, cast, workflowOfDecision),
  };
  return KINDS.map((name) => ({ name, ...kinds[name] }));
}

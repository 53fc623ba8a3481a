/** People with a session of their own, and step-ups in it. */
import { FIREFOX, verify } from './people.mjs';

/** A step-up takes a proof of the last 300 s, also the last one of the requests that are made ready here. */
const FRESH_MS = 150_000;
/** A proof is as old as that as soon as it is there. */
const NO_PROOF_IS_FRESH = 0;

/** Signs in with password and code; the access token is the person's. */
async function signIn(call, person) {
  const { login, password, ip, fingerprint } = person;
  const body = { login, password, ip, fingerprint, userAgent: FIREFOX };
  const asked = await call('/api/v1/auth/sign-in', body, { as: 'demo' });
  if (!asked.mfaRequired) throw new Error('a sign-in without a trusted device was let in');
  const { accessToken } = await verify(call, asked, person);
  if (accessToken === undefined) throw new Error('a sign-in by password gave no access token');
  return { accessToken, provenAt: performance.now() };
}

/** A function that resolves to so many people whose proofs are fresh, the same ones again and again. */
export function createSessions(call, people) {
  const sessions = new Map();
  let next = 0;
  return async function take(count) {
    const taken = Array.from({ length: count }, () => people[next++ % people.length]);
    for (const person of new Set(taken)) {
      const old = sessions.get(person);
      if (!old || performance.now() - old.provenAt > FRESH_MS)
        sessions.set(person, await signIn(call, person));
    }
    return taken.map((person) => ({ person, accessToken: sessions.get(person).accessToken }));
  };
}

function stepUp(call, { person, accessToken }, maxAge) {
  const { ip, fingerprint } = person;
  return call(
    '/api/v1/auth/mfa/step-up',
    {
      action: 'payment',
      context: { ip, fingerprint, userAgent: FIREFOX },
      ...(maxAge !== undefined && { maxAge }),
    },
    { headers: { authorization: `Bearer ${accessToken}` } },
  );
}

/** Approved by the fresh proof in this very session. */
export async function stepUpApproved(call, session) {
  const answer = await stepUp(call, session);
  if (answer.stepUpRequired || answer.receipt === undefined)
    throw new Error('a fresh proof did not approve a step-up');
  return answer;
}

/** Asked for a fresh proof. */
export async function stepUpChallenged(call, session) {
  const answer = await stepUp(call, session, NO_PROOF_IS_FRESH);
  if (!answer.stepUpRequired || answer.mfaSessionId === undefined)
    throw new Error('a step-up without a fresh proof was approved');
  return answer;
}

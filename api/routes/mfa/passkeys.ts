/** Passkey enrolment: options with a challenge, then the new credential that answers it. */
import { Type, type Static } from '@sinclair/typebox';
import { MAX_PASSKEYS_PER_USER } from '../../../domain/credentials/passkey';
import type { MethodId } from '../../../domain/ids';
import { creationOptions, verifyRegistration } from '../../../runtime/passkey-registration';
import { hashSecret, newId, newSecret } from '../../../runtime/random-ids';
import { describePasskeys, insertPasskey, userHandleOf, type NewPasskey } from '../../../storage/passkeys';
import { findUser } from '../../../storage/users';
import {
  putRegistrationChallenge,
  takeRegistrationChallenge,
  type Registration,
} from '../../../storage/webauthn-challenges';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { enrollingSubject } from '../../changing-subject';
import { changeFactors } from '../../factor-changes';
import { Problem } from '../../problem';
import { MethodName, problems, Strict, UserId } from '../../schemas';
import type { Subject } from '../../subject';
import { CreationOptions, RegistrationCredential } from './passkey-schemas';

const querystring = Strict({ userId: Type.Optional(UserId) });
const security = [{ client: [] }, { token: [] }];

const optionsSchema = {
  tags: ['Factors'],
  summary: 'Begin passkey enrolment',
  description:
    'Options for `navigator.credentials.create`. The challenge is good for one credential within five minutes, from whoever asked for it; asking again replaces it.',
  security,
  querystring,
  response: { 201: CreationOptions, ...problems(400, 401, 403, 404, 429, 503) },
};

const registerSchema = {
  tags: ['Factors'],
  summary: 'Register a passkey',
  description: `With user verification. A user has at most ${MAX_PASSKEYS_PER_USER}. Open challenges of the user end.`,
  security,
  querystring,
  body: Strict({
    name: Type.Optional(MethodName),
    credential: RegistrationCredential,
  }),
  response: {
    201: Type.Object({ methodId: Type.String() }),
    ...problems(400, 401, 403, 404, 409, 429, 503),
  },
};

export function registerPasskeyRoutes(app: App, deps: ApiDeps): void {
  const path = '/api/v1/auth/mfa/methods/passkeys';
  app.post(`${path}/options`, { schema: optionsSchema }, async (request, reply) => {
    const subject = await enrollingSubject(deps, request, request.query.userId);
    return reply.code(201).send(await beginRegistration(deps, subject));
  });
  app.post(path, { schema: registerSchema }, async (request, reply) => {
    const subject = await enrollingSubject(deps, request, request.query.userId);
    const { name = 'Passkey', credential } = request.body;
    const passkey = await verifiedPasskey(deps, subject, credential);
    await addPasskey(deps, subject, { ...passkey, name });
    return reply.code(201).send({ methodId: passkey.id });
  });
}

async function beginRegistration({ pool, relyingParty }: ApiDeps, subject: Subject) {
  const { userId } = subject;
  const user = await findUser(pool, userId);
  if (!user) throw new Problem('user_not_found');
  const challenge = newSecret();
  const [userHandle, passkeys] = await Promise.all([
    userHandleOf(pool, userId, newSecret()),
    describePasskeys(pool, userId),
  ]);
  await putRegistrationChallenge(pool, {
    ...registrationOf(subject),
    challengeHash: hashSecret(challenge),
  });
  return creationOptions(relyingParty, { challenge, userHandle, login: user.login, passkeys });
}

/** A challenge asked for in one session, enrolment or by one client is good in no other. */
function registrationOf({ userId, by, clientId, sessionId, enrollmentHash }: Subject): Registration {
  const who = { user: sessionId, enrollment: enrollmentHash, client: clientId }[by];
  if (who === undefined) throw new Error('a subject without what entitles it');
  return { userId, boundTo: `${by}/${who}` };
}

/** The credential as a passkey, or the refusal. The challenge is spent either way. */
async function verifiedPasskey(
  { pool, relyingParty }: ApiDeps,
  subject: Subject,
  credential: Static<typeof RegistrationCredential>,
): Promise<Omit<NewPasskey, 'name'>> {
  // Replay: one challenge, one credential, whatever comes of it.
  const challengeHash = await takeRegistrationChallenge(pool, registrationOf(subject));
  const registered =
    challengeHash === undefined
      ? undefined
      : await verifyRegistration(relyingParty, { credential, challengeHash });
  if (!registered) throw new Problem('verification_failed');
  const { transports = [] } = credential.response;
  return { ...registered, transports, id: newId<MethodId>('mth'), userId: subject.userId };
}

async function addPasskey(deps: ApiDeps, subject: Subject, passkey: NewPasskey): Promise<void> {
  await changeFactors(deps, { subject }, async (tx) => {
    switch (await insertPasskey(tx, passkey)) {
      case 'inserted':
        return { type: 'method.enrolled', details: { method: 'passkey', methodId: passkey.id } };
      // A credential that could belong to two users would prove either.
      case 'taken':
        throw new Problem('passkey_registered');
      case 'too-many':
        throw new Problem('too_many_methods');
    }
  });
}

/**
 * `POST /api/v1/auth/sign-in`: the embedded directory checks the password, then the sign-in is decided like any other.
 * Unknown user and wrong password give the same answer in the same time, before any workflow starts.
 */
import { Type } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { deviceKey, ipKey } from '../../../runtime/identity-keys';
import { hashMfaSessionId, hashSecret } from '../../../runtime/random-ids';
import { bindMfaSession } from '../../../storage/mfa-sessions';
import { rehashPassword } from '../../../storage/password-hashes';
import { insertFailure } from '../../../storage/sign-in-failures';
import type { UserRow } from '../../../storage/users';
import { parseAddress } from '../../address';
import type { App } from '../../app';
import type { ClientPrincipal } from '../../client-authentication';
import { replyToSignIn } from '../../decision-reply';
import type { ApiDeps } from '../../deps';
import { credentialsOf, directoryCaller, loginKey } from '../../directory';
import { assertPasswordStillValid } from '../../password-still-valid';
import { checkPassword, hashPassword, isForeignHash } from '../../passwords';
import { Problem } from '../../problem';
import {
  ClientId,
  DeviceToken,
  DpopHeader,
  Fingerprint,
  Ip,
  OrganizationId,
  problems,
  Strict,
  UserAgent,
} from '../../schemas';
import { startSignIn, type StartedSignIn } from '../../start-sign-in';
import { SignInAnswer, signInRefusal } from '../mfa/sign-in-answer';

const schema = {
  tags: ['Directory'],
  summary: 'Sign in with login and password',
  description:
    'A backend calls with its credentials and adds `ip` and `userAgent` of its user. A public client names itself by `X-Client-Id`; address and agent are those of the connection.',
  security: [{ client: [] }, {}],
  headers: Type.Object({ 'x-client-id': Type.Optional(ClientId), dpop: DpopHeader }),
  body: Strict({
    login: Type.String({ minLength: 1, maxLength: 256 }),
    organizationId: Type.Optional(OrganizationId),
    password: Type.String({ minLength: 1, maxLength: 256 }),
    fingerprint: Fingerprint,
    deviceToken: Type.Optional(DeviceToken),
    ip: Type.Optional(Ip),
    userAgent: Type.Optional(UserAgent),
  }),
  response: { 200: SignInAnswer, 403: signInRefusal, ...problems(400, 401, 429, 503) },
};

export function registerSignInRoute(app: App, deps: ApiDeps): void {
  app.post('/api/v1/auth/sign-in', { schema }, async (request, reply) => {
    const { body } = request;
    const caller = await callerOf(deps, request, { ip: body.ip, userAgent: body.userAgent });
    // Before anything is spent: a proof that does not hold costs neither a try nor a look at the password.
    const jkt = await deps.dpop.keyOf(request);
    await deps.limits.login(loginKey(deps, caller.client, body.login));
    const user = await credentialsOf(deps, caller.client, body);
    if (!(await checkPassword(user?.passwordHash, body.password)) || !user?.passwordHash) {
      await recordFailure(deps, {
        ...caller,
        user,
        login: body.login,
        fingerprint: body.fingerprint,
        deviceToken: body.deviceToken,
      });
      throw new Problem('sign_in_failed');
    }
    await deps.limits.userSignIns(user.id);
    const passwordHash = await ownHash(deps, user.id, { stored: user.passwordHash, password: body.password });
    const { clientId } = caller.client;
    const started = await startSignIn(deps, caller.client, {
      reservation: undefined,
      request: {
        clientId,
        userId: user.id,
        ip: caller.ip,
        userAgent: caller.userAgent,
        fingerprint: body.fingerprint,
        deviceToken: body.deviceToken,
        externalSessionId: undefined,
        firstFactor: 'password',
        issuesToken: true,
      },
    });
    await assertPasswordStillValid(deps, { userId: user.id, passwordHash, started });
    if (jkt !== undefined) await bindChallenge(deps, started, jkt);
    return replyToSignIn(deps, reply, { started, userId: user.id, clientId, jkt });
  });
}

/** An imported hash becomes one of ours at the first good password: from then on it takes as long as any other. */
async function ownHash(
  { pool }: ApiDeps,
  userId: string,
  { stored, password }: { stored: string; password: string },
): Promise<string> {
  if (!isForeignHash(stored)) return stored;
  const own = await hashPassword(password);
  return (await rehashPassword(pool, { userId, from: stored, to: own })) ? own : stored;
}

/** A sign-in begun with a key ends with it: a stolen MFA session and code are no use to somebody with another one. */
async function bindChallenge(deps: ApiDeps, started: StartedSignIn, jkt: string): Promise<void> {
  const { decided, mfaSessionId } = started;
  if (decided.outcome !== 'challenge' || decided.enrollment !== 'none') return;
  if (!(await bindMfaSession(deps.pool, hashMfaSessionId(mfaSessionId), jkt)))
    throw new Problem('unavailable');
}

interface Caller {
  readonly client: ClientPrincipal;
  readonly ip: string;
  readonly userAgent: string;
}

/** Address and agent of the user: those of the connection, or what the backend says of its user's browser. */
async function callerOf(
  deps: ApiDeps,
  request: FastifyRequest,
  said: { ip: string | undefined; userAgent: string | undefined },
): Promise<Caller> {
  const { client, isPublic } = await directoryCaller(deps, request);
  const browser = isPublic ? { ip: request.ip, userAgent: request.headers['user-agent'] } : said;
  if (browser.ip === undefined)
    throw new Problem('invalid_request', { detail: 'body/ip: a required property is missing.' });
  return { client, ip: parseAddress(browser.ip, 'body/ip'), userAgent: browser.userAgent ?? '' };
}

interface Failure extends Caller {
  readonly user: UserRow | undefined;
  readonly login: string;
  readonly fingerprint: string;
  readonly deviceToken: string | undefined;
}

/** Counted like the failures that other backends report. */
function recordFailure(deps: ApiDeps, failure: Failure): Promise<void> {
  const { client, user, login, fingerprint, deviceToken, ip } = failure;
  return insertFailure(deps.pool, {
    accountKey: user?.id ?? loginKey(deps, client, login),
    userId: user?.id,
    clientId: client.clientId,
    deviceKey: user && deviceKey(deps.keys, user.id, fingerprint),
    ipKey: ipKey(deps.keys, ip),
    deviceTokenHash: deviceToken === undefined ? undefined : hashSecret(deviceToken),
    reason: 'password',
  });
}

/**
 * Whose factors a request is about: the user of an access token, the user whom an enrolment token lets enrol, or the
 * user that a client with scope names.
 */
import type { FastifyRequest } from 'fastify';
import type { Permission } from '../domain/access/permissions';
import { outranks, permissionsOf } from '../domain/access/roles';
import { isPortal } from '../domain/policy/policy';
import { hashSecret } from '../runtime/random-ids';
import { findActingUser } from '../storage/acting-users';
import { findEnrollmentToken } from '../storage/enrollment-sessions';
import { findExternalSession, useSession, type SessionRow } from '../storage/session-lookup';
import { findUser } from '../storage/users';
import { assertScope, isUserSubject } from './client-authentication';
import type { ApiDeps } from './deps';
import { dpopChallenge, presentedToken, type PresentedToken, type TokenScheme } from './dpop';
import { Problem } from './problem';

/** Proof of MFA counts as fresh for this long. */
const FRESH_SECONDS = 300;

export interface Subject {
  readonly userId: string;
  readonly by: 'user' | 'client' | 'enrollment';
  /** The client that acts, or at which the user signed in. */
  readonly clientId: string | undefined;
  /** Of a user: when MFA was last proven in this session (epoch ms). */
  readonly proofAt: number | undefined;
  /** Of a user: how the access token was presented, and the session that it names. */
  readonly scheme?: TokenScheme;
  readonly sessionId?: string;
  /** Of an enrolment token: names it without being able to use it. */
  readonly enrollmentHash?: string;
}

/** Finds the subject or throws 400 (client without `userId`), 401, 403 (scope) or 404 (foreign user). */
export async function subjectOf(
  deps: ApiDeps,
  request: FastifyRequest,
  wanted: { userId: string | undefined; scope: Permission; enrollment?: boolean },
): Promise<Subject> {
  const presented = presentedToken(request.headers.authorization);
  if (presented) {
    const { scheme, token } = presented;
    const user = await userOfToken(deps, request, presented);
    if (user) {
      assertNoStepUpDemanded(user);
      if (wanted.scope === 'factors:write') await assertOwnPortal(deps, user);
      const { userId, clientId, proofAt, session } = user;
      return { userId, by: 'user', clientId, proofAt, scheme, sessionId: session.id };
    }
    // Enrolment tokens are bound to no key.
    const mayEnrol = wanted.enrollment && scheme === 'Bearer';
    const enrollmentHash = hashSecret(token);
    const enrolling = mayEnrol ? await findEnrollmentToken(deps.pool, enrollmentHash) : undefined;
    if (enrolling) {
      const { userId } = enrolling;
      return { userId, by: 'enrollment', clientId: undefined, proofAt: undefined, enrollmentHash };
    }
  }
  const client = await deps.clients.authenticate(request);
  await deps.limits.client(client.clientId);
  assertScope(client, wanted.scope);
  if (wanted.userId === undefined)
    throw new Problem('invalid_request', { detail: 'querystring/userId: a required property is missing.' });
  const user = await findUser(deps.pool, wanted.userId);
  if (user?.organizationId !== client.organizationId) throw new Problem('user_not_found');
  // Taking over an administrator: a factor enrolled for him opens what he may do.
  if (wanted.scope === 'factors:write' && !outranks(client.scopes, user.roles))
    throw new Problem('forbidden');
  return { userId: user.id, by: 'client', clientId: client.clientId, proofAt: undefined };
}

export interface UserPrincipal {
  readonly userId: string;
  readonly clientId: string;
  readonly session: SessionRow;
  /** When MFA was last proven in the session, on this process' clock (epoch ms), its age taken from the database's. */
  readonly proofAt: number | undefined;
  /** How the access token was presented. */
  readonly scheme: TokenScheme;
}

/**
 * The user of an access token, with the live session it names; 401 for anything else. A session that owes a step-up is
 * refused too (RFC 9470), but for what leads out of it: `owingStepUp` allows that.
 */
export async function requireUser(
  deps: ApiDeps,
  request: FastifyRequest,
  { owingStepUp = false }: { owingStepUp?: boolean } = {},
): Promise<UserPrincipal> {
  const presented = presentedToken(request.headers.authorization);
  const user = presented && (await userOfToken(deps, request, presented));
  if (!user) {
    await deps.limits.address(request.ip);
    const challenge =
      presented?.scheme === 'DPoP'
        ? dpopChallenge('error="invalid_token"')
        : `Bearer realm="zewstid", ${dpopChallenge('realm="zewstid"')}`;
    throw new Problem('unauthorized', { headers: { 'www-authenticate': challenge } });
  }
  if (!owingStepUp) assertNoStepUpDemanded(user);
  return user;
}

/**
 * The live session behind a user's access token, ours or a trusted issuer's; `undefined` for what is none: sessions that
 * have ended and disabled users count at once. A token that somebody else was given is a 401. 503 while an issuer's keys
 * cannot be fetched.
 */
export async function userOfToken(
  deps: ApiDeps,
  request: FastifyRequest,
  presented: PresentedToken,
): Promise<UserPrincipal | undefined> {
  const external = await deps.issuers.verify(presented.token);
  switch (external.kind) {
    case 'unavailable':
      throw new Problem('unavailable');
    case 'refused':
      return undefined;
    case 'accepted': {
      await deps.dpop.assertSender(request, presented, external.confirmation);
      return principalOf(await findExternalSession(deps.pool, external.principal), presented.scheme);
    }
    case 'foreign':
      return userOfOwnToken(deps, request, presented);
  }
}

async function userOfOwnToken(
  deps: ApiDeps,
  request: FastifyRequest,
  presented: PresentedToken,
): Promise<UserPrincipal | undefined> {
  const claims = await deps.tokens.verifyAccessToken(presented.token);
  if (!claims || !isUserSubject(claims.sub)) return undefined;
  await deps.dpop.assertSender(request, presented, claims['cnf']);
  const session = typeof claims['sid'] === 'string' ? await useSession(deps.pool, claims['sid']) : undefined;
  return session?.userId === claims.sub ? principalOf(session, presented.scheme) : undefined;
}

/** A valid token opens nothing once its session has ended or its user is disabled. */
function principalOf(session: SessionRow | undefined, scheme: TokenScheme): UserPrincipal | undefined {
  if (!session?.live || !session.userActive) return undefined;
  const { userId, clientId, proofAgeMs } = session;
  const proofAt = proofAgeMs === null ? undefined : Date.now() - proofAgeMs;
  return { userId, clientId, session, proofAt, scheme };
}

/**
 * Confused deputy: an application that an administrator signs in to holds his token, and must not replace the factors
 * that guard the portals. Who has no power over others manages them wherever he signed in.
 */
async function assertOwnPortal(
  { pool }: ApiDeps,
  { userId, clientId, session }: UserPrincipal,
): Promise<void> {
  if (isPortal(clientId) && session.issuesToken) return;
  const roles = (await findActingUser(pool, userId))?.roles ?? [];
  if (permissionsOf(roles).size > 0) throw new Problem('forbidden');
}

/** How fresh MFA is, and how the token was presented that says so. */
export interface MfaFreshness {
  /** When MFA was last proven in this session (epoch ms). */
  readonly proofAt: number | undefined;
  readonly scheme?: TokenScheme | undefined;
}

/** Fresh MFA in this session, or the refusal of RFC 9470. */
export function assertFreshMfa(freshness: MfaFreshness): void {
  if (!isFreshMfa(freshness)) refuseUntilFreshMfa(freshness.scheme);
}

/** Whether MFA was proven in this session lately. */
export function isFreshMfa({ proofAt }: MfaFreshness): boolean {
  const age = proofAt === undefined ? Infinity : Date.now() - proofAt;
  // From the future is not fresh: a clock was set back.
  return age >= 0 && age <= FRESH_SECONDS * 1_000;
}

/** A session that a changed policy or a report put in doubt opens nothing before fresh proof. */
export function assertNoStepUpDemanded({ session, scheme }: UserPrincipal): void {
  if (session.stepUpRequired) refuseUntilFreshMfa(scheme);
}

/** The refusal of RFC 9470 §3, under the scheme that the caller used. */
function refuseUntilFreshMfa(scheme: TokenScheme | undefined): never {
  const wanted = `error="insufficient_user_authentication", acr_values="urn:zewstid:acr:mfa", max_age="${FRESH_SECONDS}"`;
  const challenge = scheme === 'DPoP' ? dpopChallenge(wanted) : `Bearer ${wanted}`;
  throw new Problem('fresh_mfa_required', { headers: { 'www-authenticate': challenge } });
}

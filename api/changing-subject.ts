/** Who may change a user's factors: the same for every kind of factor. */
import type { FastifyRequest } from 'fastify';
import { hasAnyMethod } from '../domain/session';
import { readEnrolledMethods } from '../storage/enrolled-methods';
import type { ApiDeps } from './deps';
import { Problem } from './problem';
import { assertFreshMfa, subjectOf, type Subject } from './subject';

/** Who may add one: a user with a method needs fresh MFA, one without an enrolment token, which proves the e-mail address. */
export async function enrollingSubject(
  deps: ApiDeps,
  request: FastifyRequest,
  userId: string | undefined,
): Promise<Subject> {
  const subject = await subjectOf(deps, request, { userId, scope: 'factors:write', enrollment: true });
  if (subject.by === 'user') {
    // A stolen password must not be enough to add the first factor.
    if (!hasAnyMethod(await readEnrolledMethods(deps.pool, subject.userId))) throw new Problem('forbidden');
    assertFreshMfa(subject);
  }
  return subject;
}

/** Who may name or remove one: the user with fresh MFA, or a client. */
export async function changingSubject(
  deps: ApiDeps,
  request: FastifyRequest,
  userId: string | undefined,
): Promise<Subject> {
  const subject = await subjectOf(deps, request, { userId, scope: 'factors:write' });
  // A stolen or forgotten session must not be enough.
  if (subject.by === 'user') assertFreshMfa(subject);
  return subject;
}

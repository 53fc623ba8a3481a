/** `POST /api/v1/auth/mfa/step-up`: fresh proof before a sensitive action. */
import type { FastifyReply } from 'fastify';
import { readSettingsOrDefaults } from '../../../domain/policy/parse-settings';
import { effectiveMaxAge } from '../../../domain/step-up/action';
import { findClient } from '../../../storage/applications';
import { findSession } from '../../../storage/session-lookup';
import { findDecisionById } from '../../../storage/sign-ins';
import { parseAddress } from '../../address';
import type { App } from '../../app';
import { BLOCKED } from '../../decision-reply';
import type { ApiDeps } from '../../deps';
import { Problem } from '../../problem';
import { signReceiptOf } from '../../receipts';
import { startStepUp } from '../../start-step-up';
import { requireUser, type UserPrincipal } from '../../subject';
import { stepUpSchema, type StepUpBody } from './step-up-schemas';

export function registerStepUpRoutes(app: App, deps: ApiDeps): void {
  app.post('/api/v1/auth/mfa/step-up', { schema: stepUpSchema }, async (request, reply) => {
    const user = await requireUser(deps, request, { owingStepUp: true });
    await deps.limits.userSignIns(user.userId);
    const { body } = request;
    const agent = request.headers['user-agent'] ?? '';
    const ip = parseAddress(body.context?.ip ?? request.ip, 'body/context/ip');
    const started = await startStepUp(deps, user, {
      ...(await termsOf(deps, user, body)),
      transaction: body.transaction,
      ip,
      userAgent: body.context?.userAgent ?? agent,
      fingerprint: body.context?.fingerprint,
      deviceToken: body.context?.deviceToken,
    });
    return answer(deps, reply, started);
  });
}

/** The action's terms at this application; an action it does not have is a 400. */
async function termsOf(deps: ApiDeps, user: UserPrincipal, { action, maxAge }: StepUpBody) {
  const client = await findClient(deps.pool, user.clientId);
  if (!client?.active) throw new Problem('unauthorized');
  const settings = readSettingsOrDefaults(client.settings);
  const maxAgeSeconds = effectiveMaxAge(settings, { action, requested: maxAge });
  if (maxAgeSeconds === undefined)
    throw new Problem('invalid_request', { detail: 'body/action: is not a registered action.' });
  return { action, maxAgeSeconds, databaseNow: client.databaseNow };
}

async function answer(deps: ApiDeps, reply: FastifyReply, started: Awaited<ReturnType<typeof startStepUp>>) {
  const { decided, mfaSessionId } = started;
  if (decided.outcome === 'block')
    return reply.code(403).header('x-decision-id', decided.decisionId).send(BLOCKED);
  if (decided.outcome === 'allow') return reply.send(await approved(deps, decided.decisionId));
  if (decided.enrollment !== 'none') throw new Problem('no_methods_enrolled');
  return reply.send({ stepUpRequired: true, mfaSessionId, methods: decided.methods, expiresIn: 300 });
}

async function approved(deps: ApiDeps, decisionId: string) {
  const decision = await findDecisionById(deps.pool, decisionId);
  const session = await findSession(deps.pool, decision?.subjectSessionId ?? '');
  if (!decision || !session?.live) throw new Problem('unavailable');
  const receipt = await signReceiptOf(deps, session, decision);
  return { stepUpRequired: false, verified: true, reason: 'MFA was recently completed', receipt };
}

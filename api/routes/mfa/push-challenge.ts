/** Approval on a device, as the sign-in screen sees it: asking for it, and where it stands. */
import { Type } from '@sinclair/typebox';
import { standingOf } from '../../../domain/push';
import { findPushChallenge, mayRingAgain, type PushChallenge } from '../../../storage/push-challenges';
import type { MfaSessionRow } from '../../../storage/mfa-sessions';
import { workflowIdOf } from '../../../workflows/messages';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { openPrompt } from '../../open-prompt';
import { Problem } from '../../problem';
import { createPromptStreams } from '../../prompt-streams';
import { MfaSessionId, problems, Strict } from '../../schemas';
import { requireSessionHolder } from '../../session-holder';
import { ChallengeId } from '../devices/schemas';

const openSchema = {
  tags: ['Sign-in'],
  summary: "Ask for an approval on the user's devices",
  description:
    'Show `number` on the sign-in screen: whoever approves types it on the device. Asking again in the same session gives the same prompt. `trustDevice` counts here, not at verify.',
  body: Strict({ mfaSessionId: MfaSessionId, trustDevice: Type.Optional(Type.Boolean()) }),
  response: {
    201: Type.Object({
      challengeId: Type.String(),
      expiresIn: Type.Integer(),
      number: Type.String(),
    }),
    ...problems(400, 401, 409, 429, 503),
  },
};

const statusSchema = {
  tags: ['Sign-in'],
  summary: 'Where an approval stands',
  description:
    'With `Accept: text/event-stream` each change comes as an event `status` with the same JSON, until the prompt is settled; at most two streams a session.',
  headers: Type.Object({ 'x-mfa-session': MfaSessionId }),
  params: Strict({ challengeId: ChallengeId }),
  response: {
    200: Type.Object({
      status: Type.Union(['pending', 'approved', 'denied', 'expired'].map((status) => Type.Literal(status))),
    }),
    ...problems(400, 401, 404, 429, 503),
  },
};

export function registerPushChallengeRoutes(app: App, deps: ApiDeps): void {
  app.post('/api/v1/auth/mfa/challenge/push', { schema: openSchema }, async (request, reply) => {
    const { mfaSessionId, trustDevice } = request.body;
    const session = await requireSessionHolder(deps, request, mfaSessionId);
    return reply.code(201).send(await openPrompt(deps, session, trustDevice));
  });
  const streams = createPromptStreams();
  app.addHook('preClose', (closed) => {
    streams.close();
    closed();
  });
  app.get('/api/v1/auth/mfa/challenge/:challengeId', { schema: statusSchema }, async (request, reply) => {
    const session = await requireSessionHolder(deps, request, request.headers['x-mfa-session']);
    const prompt = await ownPrompt(deps, session, request.params.challengeId);
    const { accept = '' } = request.headers;
    if (!accept.includes('text/event-stream')) return { status: await publicStanding(deps, session, prompt) };
    const look = async () => publicStanding(deps, session, await ownPrompt(deps, session, prompt.id));
    await streams.stream(reply, session.idHash, look);
    return reply;
  });
}

/** The prompt of this session; another session's is as unknown as one that does not exist. */
async function ownPrompt(
  { pool }: ApiDeps,
  session: MfaSessionRow,
  challengeId: string,
): Promise<PushChallenge> {
  const prompt = await findPushChallenge(pool, challengeId);
  if (prompt?.sessionIdHash !== session.idHash) throw new Problem('not_found');
  return prompt;
}

/** `pending` until there is a verdict. An answer whose Signal was lost is announced again. */
async function publicStanding(
  deps: ApiDeps,
  session: MfaSessionRow,
  prompt: PushChallenge,
): Promise<'pending' | 'approved' | 'denied' | 'expired'> {
  const standing = standingOf(prompt);
  if (standing !== 'answered') return standing;
  if (await mayRingAgain(deps.pool, prompt.id))
    await deps.temporal.ringPush(workflowIdOf(session), prompt.id);
  return 'pending';
}

/** Prompts as authenticator devices see them: which wait for an answer, and the answer. */
import { Type } from '@sinclair/typebox';
import { listShownPrompts } from '../../../storage/shown-prompts';
import { answerPrompt } from '../../answer-prompt';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { authenticateDevice } from '../../device-authentication';
import { Problem } from '../../problem';
import { promptOnTheWire } from '../../prompt-content';
import { Nullable, problems, Strict } from '../../schemas';
import { AnswerBody, ChallengeId, signedHeaders } from './schemas';

const Prompt = Type.Object({
  challengeId: Type.String(),
  clientId: Type.String(),
  clientName: Type.String(),
  place: Nullable(Type.String()),
  device: Type.String(),
  at: Type.String({ format: 'date-time' }),
  expiresAt: Type.String({ format: 'date-time' }),
  numberDigits: Type.Integer(),
  action: Type.Optional(Type.String({ description: 'Of a step-up' })),
  transaction: Type.Optional(Type.Record(Type.String(), Type.String())),
});

const listSchema = {
  tags: ['Devices'],
  summary: 'Prompts that wait for an answer',
  headers: signedHeaders,
  response: {
    200: Type.Object({ challenges: Type.Array(Prompt) }),
    ...problems(401, 429, 503),
  },
};

const answerSchema = {
  tags: ['Devices'],
  summary: 'Answer a prompt',
  description:
    'Approving needs the number that the sign-in screen shows; whether it was right is seen there. `report` says that the user did not ask for this. Answered once.',
  headers: signedHeaders,
  params: Strict({ challengeId: ChallengeId }),
  body: AnswerBody,
  response: {
    200: Type.Object({ received: Type.Literal(true) }),
    ...problems(400, 401, 404, 409, 429, 503),
  },
};

export function registerDeviceChallengeRoutes(app: App, deps: ApiDeps): void {
  app.get('/api/v1/devices/challenges', { schema: listSchema }, async (request) => {
    const { device } = await authenticateDevice(deps, request);
    const prompts = await listShownPrompts(deps.pool, device.userId);
    return { challenges: prompts.map(promptOnTheWire) };
  });
  app.post('/api/v1/devices/challenges/:challengeId/answer', { schema: answerSchema }, async (request) => {
    const signed = await authenticateDevice(deps, request);
    const { decision, number } = request.body;
    if (decision === 'approve' && number === undefined)
      throw new Problem('invalid_request', { detail: 'body/number: a required property is missing.' });
    await answerPrompt(deps, signed, { challengeId: request.params.challengeId, decision });
    return { received: true as const };
  });
}

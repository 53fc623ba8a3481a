/** `POST /api/v1/auth/mfa/challenge/passkey`: what the browser of a challenged user asks an authenticator for. */
import { hashSecret, newSecret } from '../../../runtime/random-ids';
import { requestOptions } from '../../../runtime/passkey-assertion';
import { describeActivePasskeys } from '../../../storage/passkeys';
import type { MfaSessionRow } from '../../../storage/mfa-sessions';
import { putSessionChallenge } from '../../../storage/webauthn-challenges';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { Problem } from '../../problem';
import { MfaSessionId, problems, Strict } from '../../schemas';
import { requireSessionHolder } from '../../session-holder';
import { RequestOptions } from './passkey-schemas';

const schema = {
  tags: ['Sign-in'],
  summary: 'Ask for a passkey',
  description:
    'Options for `navigator.credentials.get`. The challenge is good for one answer in this MFA session; asking again replaces it.',
  security: [{}, { client: [] }, { token: [] }],
  body: Strict({ mfaSessionId: MfaSessionId }),
  response: { 201: RequestOptions, ...problems(400, 401, 409, 429, 503) },
};

export function registerPasskeyChallengeRoute(app: App, deps: ApiDeps): void {
  app.post('/api/v1/auth/mfa/challenge/passkey', { schema }, async (request, reply) => {
    const session = await requireSessionHolder(deps, request, request.body.mfaSessionId);
    return reply.code(201).send(await askForPasskey(deps, session));
  });
}

async function askForPasskey({ pool, relyingParty }: ApiDeps, session: MfaSessionRow) {
  const { idHash: sessionIdHash, userId, remainingMs, state } = session;
  if (state !== 'pending') throw new Problem('verification_failed');
  const passkeys = await describeActivePasskeys(pool, userId);
  if (passkeys.length === 0) throw new Problem('passkey_unavailable');
  const challenge = newSecret();
  const isOpen = await putSessionChallenge(pool, { sessionIdHash, challengeHash: hashSecret(challenge) });
  if (!isOpen) throw new Problem('verification_failed');
  return requestOptions(relyingParty, { challenge, passkeys, timeoutMs: Math.floor(remainingMs) });
}

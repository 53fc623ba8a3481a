/**
 * Proof of the e-mail address for a user who needs MFA and has no method. The address is never shown, and unknown,
 * finished and used-up sessions answer like live ones.
 */
import { randomInt } from 'node:crypto';
import { Type } from '@sinclair/typebox';
import { digestsEqual } from '../../../runtime/keys';
import { insertNotice } from '../../../runtime/notices';
import { hashSecret, newSecret } from '../../../runtime/random-ids';
import {
  chargeEnrollmentCode,
  ENROLLMENT_CODE_MINUTES,
  ENROLLMENT_TOKEN_SECONDS,
  grantEnrollmentToken,
  setEnrollmentCode,
} from '../../../storage/enrollment-sessions';
import { inTransaction } from '../../../storage/postgres';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { Problem } from '../../problem';
import { problems, Strict } from '../../schemas';

const CODE_DIGITS = 8;
const EnrollmentSessionId = Type.String({
  minLength: 1,
  maxLength: 128,
  description: 'From the 403 of status/check',
});

const emailSchema = {
  tags: ['Factors'],
  summary: 'Send a code to the address of the user',
  description: 'At most three per session. Always 202, whether or not there is an address.',
  body: Strict({ enrollmentSessionId: EnrollmentSessionId }),
  response: { 202: Type.Object({ accepted: Type.Literal(true) }), ...problems(400, 429, 503) },
};

const confirmSchema = {
  tags: ['Factors'],
  summary: 'Exchange the code for an enrolment token',
  description:
    'Five tries. The token is a Bearer token for `/methods/totp` and allows nothing but enrolment.',
  body: Strict({
    enrollmentSessionId: EnrollmentSessionId,
    code: Type.String({ pattern: `^[0-9]{${CODE_DIGITS}}$` }),
  }),
  response: {
    200: Type.Object({ enrollmentToken: Type.String(), expiresIn: Type.Integer() }),
    ...problems(400, 401, 429, 503),
  },
};

export function registerEnrollmentRoutes(app: App, deps: ApiDeps): void {
  app.post('/api/v1/auth/mfa/enrollment/email', { schema: emailSchema }, async (request, reply) => {
    await deps.limits.address(request.ip);
    await sendCode(deps, hashSecret(request.body.enrollmentSessionId));
    return reply.code(202).send({ accepted: true });
  });
  app.post('/api/v1/auth/mfa/enrollment/confirm', { schema: confirmSchema }, async (request) => {
    await deps.limits.address(request.ip);
    const { enrollmentSessionId, code } = request.body;
    const enrollmentToken = await exchangeCode(deps, hashSecret(enrollmentSessionId), code);
    return { enrollmentToken, expiresIn: ENROLLMENT_TOKEN_SECONDS };
  });
}

function digestOf({ keys }: ApiDeps, idHash: string, code: string): Buffer {
  return keys.digest('enrollment', ['email-code', idHash, code]);
}

/** Stores the code's digest and queues the message in one transaction. */
async function sendCode(deps: ApiDeps, idHash: string): Promise<void> {
  const code = String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0');
  await inTransaction(deps.pool, async (tx) => {
    const recipient = await setEnrollmentCode(tx, { idHash, digest: digestOf(deps, idHash, code) });
    if (!recipient) return;
    const params = { code, minutes: ENROLLMENT_CODE_MINUTES };
    await insertNotice(tx, deps, { userId: recipient.userId, kind: 'enrollment_code', params });
  });
}

/** Charge first, then compare, then spend: parallel guesses share the five tries. */
async function exchangeCode(deps: ApiDeps, idHash: string, code: string): Promise<string> {
  const charged = await chargeEnrollmentCode(deps.pool, idHash);
  if (!charged || !digestsEqual(charged.digest, digestOf(deps, idHash, code)))
    throw new Problem('verification_failed');
  const token = newSecret();
  const granted = await grantEnrollmentToken(deps.pool, {
    idHash,
    digest: charged.digest,
    tokenHash: hashSecret(token),
  });
  if (!granted) throw new Problem('verification_failed');
  return token;
}

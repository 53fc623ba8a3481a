/** TOTP enrolment: begin shows the seed once, confirm spends the confirming code. */
import { Type } from '@sinclair/typebox';
import { toString as qrToString } from 'qrcode';
import { candidateCodes, newTotpSeed, otpauthUri } from '../../../domain/credentials/totp';
import type { MethodId } from '../../../domain/ids';
import { newId } from '../../../runtime/random-ids';
import { openSeed, sealSeed } from '../../../runtime/totp-seed';
import {
  activateTotp,
  chargeTotpConfirmation,
  countActiveTotp,
  findTotpState,
  insertTotp,
} from '../../../storage/totp-authenticators';
import { dropEnrollments } from '../../../storage/user-changes';
import { findUser } from '../../../storage/users';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { enrollingSubject } from '../../changing-subject';
import { changeFactors } from '../../factor-changes';
import { Problem } from '../../problem';
import { MethodId as MethodIdSchema, MethodName, problems, Strict, TotpCode, UserId } from '../../schemas';
import type { Subject } from '../../subject';

const ISSUER = 'ZewstID';
const MAX_CONFIRM_ATTEMPTS = 5;
const MAX_AUTHENTICATORS = 3;

const querystring = Strict({ userId: Type.Optional(UserId) });
const security = [{ client: [] }, { token: [] }];

const beginSchema = {
  tags: ['Factors'],
  summary: 'Begin TOTP enrolment',
  description:
    'The seed is shown once. An active authenticator keeps working until the new one is confirmed.',
  security,
  querystring,
  response: {
    201: Type.Object({
      methodId: Type.String(),
      secret: Type.String(),
      otpauthUri: Type.String(),
      qrSvg: Type.String(),
    }),
    ...problems(400, 401, 403, 404, 429, 503),
  },
};

const confirmSchema = {
  tags: ['Factors'],
  summary: 'Confirm TOTP enrolment with a first code',
  description:
    'Five tries within an hour. The confirming code is spent. The authenticator takes the place of the others, unless it is an additional one, of which there are at most three.',
  security,
  querystring,
  params: Strict({ methodId: MethodIdSchema }),
  body: Strict({
    code: TotpCode,
    name: Type.Optional(MethodName),
    additional: Type.Optional(Type.Boolean({ description: 'Keep the others' })),
  }),
  response: {
    200: Type.Object({ methodId: Type.String(), confirmed: Type.Literal(true) }),
    ...problems(400, 401, 403, 404, 409, 429, 503),
  },
};

export function registerTotpRoutes(app: App, deps: ApiDeps): void {
  app.post('/api/v1/auth/mfa/methods/totp', { schema: beginSchema }, async (request, reply) => {
    const subject = await enrollingSubject(deps, request, request.query.userId);
    return reply.code(201).send(await beginEnrollment(deps, subject));
  });
  app.post('/api/v1/auth/mfa/methods/totp/:methodId/confirm', { schema: confirmSchema }, async (request) => {
    const subject = await enrollingSubject(deps, request, request.query.userId);
    const { methodId } = request.params;
    await confirmEnrollment(deps, { subject, methodId, ...request.body });
    return { methodId, confirmed: true as const };
  });
}

async function beginEnrollment({ pool, keys }: ApiDeps, { userId }: Subject) {
  const user = await findUser(pool, userId);
  if (!user) throw new Problem('user_not_found');
  const methodId = newId<MethodId>('mth');
  const secret = newTotpSeed();
  const sealed = sealSeed(keys, secret, { userId, methodId });
  const totp = {
    id: methodId,
    userId,
    sealedSeed: sealed.box,
    seedKeyId: sealed.keyId,
    state: 'pending' as const,
  };
  await insertTotp(pool, totp);
  const uri = otpauthUri({ issuer: ISSUER, account: user.login, seed: secret });
  return { methodId, secret, otpauthUri: uri, qrSvg: await qrToString(uri, { type: 'svg', margin: 1 }) };
}

interface Confirmation {
  readonly subject: Subject;
  readonly methodId: string;
  readonly code: string;
  readonly name?: string;
  readonly additional?: boolean;
}

async function confirmEnrollment(
  deps: ApiDeps,
  { subject, methodId, code, name, additional = false }: Confirmation,
): Promise<void> {
  const { pool, keys } = deps;
  const { userId } = subject;
  const totp = await chargeTotpConfirmation(pool, { methodId, userId, maxAttempts: MAX_CONFIRM_ATTEMPTS });
  if (!totp) return refuseConfirmation(deps, methodId, userId);
  const seed = openSeed(keys, totp);
  const match = candidateCodes(seed, totp.now, totp.lastStep).find((candidate) => candidate.code === code);
  if (!match) throw new Problem('verification_failed');
  await changeFactors(deps, { subject }, async (tx) => {
    if (!(await activateTotp(tx, { methodId, userId, step: match.step, name, additional })))
      throw new Problem('method_not_pending');
    // Each authenticator has codes of its own, so each makes a guess more likely to be right.
    if ((await countActiveTotp(tx, userId)) > MAX_AUTHENTICATORS) throw new Problem('too_many_methods');
    // What let somebody enrol the first factor is for that one only.
    await dropEnrollments(tx, userId);
    return { type: 'method.enrolled', details: { method: 'totp' } };
  });
}

async function refuseConfirmation({ pool }: ApiDeps, methodId: string, userId: string): Promise<never> {
  const state = await findTotpState(pool, methodId, userId);
  if (!state) throw new Problem('not_found');
  if (state.state === 'pending' && state.confirmAttempts >= MAX_CONFIRM_ATTEMPTS) {
    throw new Problem('too_many_attempts', { retryAfterSeconds: 3_600 });
  }
  throw new Problem('method_not_pending');
}

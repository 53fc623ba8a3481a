/** `POST /api/v1/auth/mfa/methods/backup-codes`: ten codes, shown once, in the place of the ones before. */
import { Type } from '@sinclair/typebox';
import { parseBackupCode } from '../../../domain/credentials/backup-code';
import type { MethodId } from '../../../domain/ids';
import { hasFactor } from '../../../domain/session';
import { digestBackupCode, newBackupCodes } from '../../../runtime/backup-code-digest';
import { newId } from '../../../runtime/random-ids';
import { slowHash } from '../../../runtime/slow-hash';
import { replaceBackupCodes, type NewBackupCode } from '../../../storage/backup-codes';
import { readEnrolledMethods } from '../../../storage/enrolled-methods';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { enrollingSubject } from '../../changing-subject';
import { changeFactors } from '../../factor-changes';
import { Problem } from '../../problem';
import { problems, Strict, UserId } from '../../schemas';
import type { Subject } from '../../subject';

const schema = {
  tags: ['Factors'],
  summary: 'Make ten backup codes',
  description:
    'Shown once. Each works once; the codes before them work no more. They stand in for another factor, so one has to be enrolled first.',
  security: [{ client: [] }, { token: [] }],
  querystring: Strict({ userId: Type.Optional(UserId) }),
  response: {
    201: Type.Object({ methodId: Type.String(), codes: Type.Array(Type.String()) }),
    ...problems(400, 401, 403, 404, 429, 503),
  },
};

export function registerBackupCodesRoute(app: App, deps: ApiDeps): void {
  app.post('/api/v1/auth/mfa/methods/backup-codes', { schema }, async (request, reply) => {
    const subject = await enrollingSubject(deps, request, request.query.userId);
    return reply.code(201).send(await makeCodes(deps, subject));
  });
}

async function makeCodes(deps: ApiDeps, subject: Subject) {
  const { pool, keys } = deps;
  const { userId } = subject;
  // Each set is ten slow hashes.
  await deps.limits.userSignIns(userId);
  // Before the slow work, and once more under the lock.
  if (!hasFactor(await readEnrolledMethods(pool, userId))) throw new Problem('no_methods_enrolled');
  const codes = newBackupCodes();
  const hashed = await Promise.all(codes.map((code) => hashCode(deps, userId, code)));
  const setId = newId<MethodId>('mth');
  await changeFactors(deps, { subject }, async (tx, { methods }) => {
    if (!hasFactor(methods)) throw new Problem('no_methods_enrolled');
    await replaceBackupCodes(tx, { userId, setId, keyId: keys.currentId, codes: hashed });
    return { type: 'backup_codes.created', details: { codes: codes.length } };
  });
  return { methodId: setId, codes };
}

async function hashCode({ keys }: ApiDeps, userId: string, code: string): Promise<NewBackupCode> {
  const parsed = parseBackupCode(code);
  if (!parsed) throw new Error('a code of ours is none');
  const { digit, canonical } = parsed;
  return { digit, hash: await slowHash(digestBackupCode(keys, { userId, canonical })) };
}

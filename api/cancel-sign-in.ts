/** Ends an open challenge in the store and tells its workflow. */
import { logAudit } from '../runtime/audit-log';
import type { MfaSessionRow } from '../storage/mfa-sessions';
import { inTransaction } from '../storage/postgres';
import { endSessionWithAudit } from '../storage/session-ending';
import { workflowIdOf } from '../workflows/messages';
import type { ApiDeps } from './deps';

/** Cancels the session if it is pending; a finished one stays as it is. */
export async function cancelSignIn(deps: ApiDeps, session: MfaSessionRow): Promise<void> {
  const audit = await inTransaction(deps.pool, (tx) =>
    endSessionWithAudit(tx, { sessionIdHash: session.idHash, state: 'cancelled', when: 'any-time' }),
  );
  if (!audit) return;
  logAudit(deps.logger, audit);
  await deps.temporal.ringSession(workflowIdOf(session));
}

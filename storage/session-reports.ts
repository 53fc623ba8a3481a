/** Sessions that their user disowns, and the doubt this casts on the others. */
import { firstRow, type Queryable } from './postgres';
import { DECISION_COLUMNS, type StoredDecision } from './sign-ins';

/** The sign-in behind a session of the user, live or ended; `undefined` for a session that is not his. */
export async function findReportedSession(
  db: Queryable,
  { userId, sessionId }: { userId: string; sessionId: string },
): Promise<StoredDecision | undefined> {
  return firstRow(
    await db.query<StoredDecision>(
      `select ${DECISION_COLUMNS} from sign_ins
       where id = (select decision_id from sessions where id = $2 and user_id = $1)`,
      [userId, sessionId],
    ),
  );
}

/** No proof up to now counts any more in any session of the user. */
export async function demandStepUp(db: Queryable, userId: string): Promise<void> {
  await db.query(
    `update sessions set step_up_after = now() where id in (
       select s.id from sessions s where s.user_id = $1 and session_is_live(s) order by s.id for update)`,
    [userId],
  );
}

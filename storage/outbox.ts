/** Messages to people, written in the transaction that causes them. */
import type { Queryable } from './postgres';

/** Queues a message in the caller's transaction. */
export async function insertOutboxMessage(
  db: Queryable,
  message: { userId: string; recipient: string; subject: string; body: string },
): Promise<void> {
  await db.query(`insert into outbox (user_id, recipient, subject, body) values ($1, $2, $3, $4)`, [
    message.userId,
    message.recipient,
    message.subject,
    message.body,
  ]);
}

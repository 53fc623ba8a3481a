/**
 * Messages to people, written in the transaction that causes them and delivered after it. A row has what the message
 * tells; the code that some carry is sealed. Of delivery only the outcome is written here.
 */
import { firstRow, type Queryable } from './postgres';

/** How long a message is kept, delivered or not. */
const KEPT_DAYS = 30;

export interface NewNotice {
  readonly id: string;
  readonly userId: string;
  readonly kind: string;
  readonly params: object;
  readonly secret: { readonly keyId: string; readonly box: Buffer } | undefined;
  /** For how long it is worth sending; always when there is none. */
  readonly validSeconds: number | undefined;
  /** Written only if no kept message has the same value. */
  readonly onceKey: string | undefined;
}

/** Writes a message to the address that the user has; false without one, or when it was written before. */
export async function insertOutboxRow(db: Queryable, notice: NewNotice): Promise<boolean> {
  const result = await db.query(
    `insert into outbox
       (user_id, recipient, locale, kind, params, sealed_secret, seal_key_id, expires_at, once_key, notice_id)
     select u.id, u.email, u.locale, $2, $3, $4, $5, now() + make_interval(secs => $6), $7, $8
     from users u where u.id = $1 and u.email is not null
     on conflict (once_key) where once_key is not null do nothing`,
    [
      notice.userId,
      notice.kind,
      JSON.stringify(notice.params),
      notice.secret?.box ?? null,
      notice.secret?.keyId ?? null,
      notice.validSeconds ?? null,
      notice.onceKey ?? null,
      notice.id,
    ],
  );
  return result.rowCount === 1;
}

/** Lets a message be written again that was to be written once. */
export async function releaseOnceKey(db: Queryable, onceKey: string): Promise<void> {
  await db.query(`update outbox set once_key = null where once_key = $1`, [onceKey]);
}

export interface OutboxRow {
  readonly id: string;
  /** Its place in the order of writing. */
  readonly number: string;
  readonly userId: string;
  readonly recipient: string;
  readonly locale: string | null;
  /** Null for a message from before there were kinds: it has its words. */
  readonly kind: string | null;
  readonly params: Readonly<Record<string, unknown>>;
  readonly sealedSecret: Buffer | null;
  readonly sealKeyId: string | null;
  readonly subject: string | null;
  readonly body: string | null;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  readonly failedAt: Date | null;
  readonly failure: string | null;
  readonly isExpired: boolean;
}

const COLUMNS = `o.notice_id as id, o.id::text as number, o.user_id as "userId", o.recipient, o.locale, o.kind, o.params,
  o.sealed_secret as "sealedSecret", o.seal_key_id as "sealKeyId", o.subject, o.body, o.created_at as "createdAt",
  o.sent_at as "sentAt", o.failed_at as "failedAt", o.failure,
  coalesce(o.expires_at <= clock_timestamp(), false) as "isExpired"`;

/** One message; `undefined` when it is gone, with its user or with time. */
export async function findOutboxRow(db: Queryable, id: string): Promise<OutboxRow | undefined> {
  return firstRow(await db.query<OutboxRow>(`select ${COLUMNS} from outbox o where o.notice_id = $1`, [id]));
}

/** The mail server has taken it. The code that it carried is not needed any more. */
export async function markSent(db: Queryable, id: string): Promise<void> {
  await db.query(
    `update outbox set sent_at = now(), failed_at = null, failure = null, sealed_secret = null where notice_id = $1`,
    [id],
  );
}

/** It will not be delivered; `failure` says why, in a word. A delivered one stays so. */
export async function markFailed(db: Queryable, id: string, failure: string): Promise<void> {
  await db.query(
    `update outbox set failed_at = now(), failure = $2, sealed_secret = null
     where notice_id = $1 and sent_at is null and failed_at is null`,
    [id, failure],
  );
}

export interface OutboxPage {
  /** Of all organizations when none is named. */
  readonly organizationId: string | undefined;
  readonly userId?: string | undefined;
  /** Number of the last message of the page before. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** A message with the organization and the roles of its user. */
export type ListedOutboxRow = OutboxRow & {
  readonly organizationId: string;
  readonly roles: readonly string[];
};

/** One page of messages, newest first. */
export async function listOutbox(db: Queryable, page: OutboxPage): Promise<ListedOutboxRow[]> {
  const result = await db.query<ListedOutboxRow>(
    `select ${COLUMNS}, u.organization_id as "organizationId", u.roles
     from outbox o join users u on u.id = o.user_id
     where ($1::text is null or u.organization_id = $1) and ($2::text is null or o.user_id = $2)
       and ($3::bigint is null or o.id < $3)
     order by o.id desc limit $4`,
    [page.organizationId ?? null, page.userId ?? null, page.before ?? null, page.limit],
  );
  return result.rows;
}

/** Forgets messages whose code is worth nothing any more, and old ones. */
export async function deleteOldNotices(db: Queryable): Promise<void> {
  await db.query(
    `delete from outbox where expires_at <= now() or created_at < now() - make_interval(days => $1)`,
    [KEPT_DAYS],
  );
}

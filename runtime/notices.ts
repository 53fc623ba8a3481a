/**
 * Notices to people: queued in the transaction that causes them, put into words when they are delivered or looked at.
 * A code that one carries lies sealed in between.
 */
import { sendNoticeWorkflowId } from '../domain/notices/delivery';
import { languageOf, type Language } from '../domain/notices/languages';
import { isNoticeKind, NOTICES, type Notice } from '../domain/notices/notice';
import { render, type RenderedNotice } from '../domain/notices/render';
import { insertOutboxRow, type OutboxRow } from '../storage/outbox';
import type { Queryable } from '../storage/postgres';
import { insertWorkflowStart } from '../storage/workflow-starts';
import type { BaseDeps } from './deps';
import { seal, unseal, type KeyRing, type Sealed } from './keys';
import { newId } from './random-ids';

export type NoticeDeps = Pick<BaseDeps, 'keys' | 'mailer'>;

/** To whom a notice goes; with `onceKey`, only if no kept one has the same. */
export type AddressedNotice = Notice & { readonly userId: string; readonly onceKey?: string };

/**
 * Queues a notice in the caller's transaction, for the address that the user has; without one nothing happens. Its
 * workflow is asked for when there is a mail server to send by.
 */
export async function insertNotice(tx: Queryable, deps: NoticeDeps, notice: AddressedNotice): Promise<void> {
  const { userId, kind, onceKey } = notice;
  const validSeconds = 'minutes' in notice.params ? notice.params.minutes * 60 : undefined;
  const { params, secret } = takeSecret(notice);
  const sealed = secret === undefined ? undefined : sealSecret(deps.keys, secret, { userId, kind });
  const id = newId('ntc');
  const row = { id, userId, kind, params, secret: sealed, validSeconds, onceKey };
  if (!(await insertOutboxRow(tx, row)) || !deps.mailer) return;
  await insertWorkflowStart(tx, {
    workflow: 'sendNotice',
    workflowId: sendNoticeWorkflowId(id),
    input: { noticeId: id, ...(validSeconds !== undefined && { validSeconds }) },
    byRelay: true,
  });
}

/** Parts what lets its reader in from what may be read by whoever reads the database. */
function takeSecret({ kind, params }: Notice): { params: object; secret: string | undefined } {
  const name = NOTICES[kind].secret;
  if (name === undefined || !(name in params)) return { params, secret: undefined };
  const { [name]: secret, ...rest } = Object.fromEntries<unknown>(Object.entries(params));
  return { params: rest, secret: String(secret) };
}

interface Owner {
  readonly userId: string;
  readonly kind: string;
}

function sealSecret(keys: KeyRing, secret: string, { userId, kind }: Owner): Sealed {
  return seal(keys, Buffer.from(secret), ['notice', userId, kind]);
}

export type WrittenNotice = Omit<RenderedNotice, 'html'> & {
  readonly html: string | undefined;
  readonly language: Language;
};

/** A stored message in words. Throws for a kind that this version does not know, and when a key is missing. */
export function writeNotice(
  keys: KeyRing,
  row: OutboxRow,
  { defaultLocale }: { defaultLocale: string },
): WrittenNotice {
  const language = languageOf(row.locale, defaultLocale);
  if (row.kind === null) {
    return { subject: row.subject ?? '', text: row.body ?? '', html: undefined, language };
  }
  if (!isNoticeKind(row.kind)) throw new Error('a notice of an unknown kind');
  const { kind, userId, sealedSecret, sealKeyId } = row;
  const name = NOTICES[kind].secret;
  const isSealed = name !== undefined && sealedSecret !== null && sealKeyId !== null;
  const secret = isSealed && {
    [name]: unseal(keys, { keyId: sealKeyId, box: sealedSecret }, ['notice', userId, kind]).toString('utf8'),
  };
  // Written by `insertNotice`, whose types say what belongs to which kind.
  const notice = { kind, params: { ...row.params, ...secret } } as Notice;
  return { ...render(notice, { language, at: row.createdAt.getTime() }), language };
}

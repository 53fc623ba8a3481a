/**
 * `GET /api/v1/admin/outbox`: the messages to the users of the caller's organization (or of all), newest first. Without
 * a mail server it is the mailbox of a demonstration: then, and only then, it shows what they say, codes included.
 */
import { Type } from '@sinclair/typebox';
import { outranks } from '../../../domain/access/roles';
import { errorName } from '../../../runtime/error-name';
import { writeNotice } from '../../../runtime/notices';
import { listOutbox, type ListedOutboxRow } from '../../../storage/outbox';
import { organizationSeenBy, type Actor } from '../../actor';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';
import { actorOf, requireActor } from '../../plugins/callers';
import { Limit, limitOf, Nullable, OrganizationId, problems, Strict, UserId } from '../../schemas';
import { isFreshMfa } from '../../subject';

const Instant = Type.String({ format: 'date-time' });

const NoticeSchema = Type.Object({
  id: Type.String(),
  kind: Nullable(Type.String({ description: 'Null for a message from before there were kinds' })),
  userId: Type.String(),
  organizationId: Type.String(),
  recipient: Type.String(),
  createdAt: Instant,
  sentAt: Nullable(Instant),
  failedAt: Nullable(Instant),
  failure: Nullable(Type.String({ description: '`refused` with the SMTP status, `expired`, `given_up`' })),
  subject: Nullable(Type.String({ description: 'Only without a mail server' })),
  text: Nullable(Type.String({ description: 'Only without a mail server, with the code that it may carry' })),
});

const schema = {
  tags: ['Admin'],
  summary: 'List the messages to users, newest first',
  description:
    'Subject and text only while no mail server is configured, of users whose roles carry no more than the caller may do, and for a user only with fresh MFA; otherwise null.',
  security: [{ client: [] }, { token: [] }],
  querystring: Strict({
    organizationId: Type.Optional(OrganizationId),
    userId: Type.Optional(UserId),
    cursor: Type.Optional(Type.String({ pattern: '^[0-9]{1,18}$' })),
    limit: Type.Optional(Limit),
  }),
  response: {
    200: Type.Object({ notices: Type.Array(NoticeSchema), nextCursor: Nullable(Type.String()) }),
    ...problems(400, 401, 403, 429, 503),
  },
};

export function registerOutboxRoute(app: App, deps: ApiDeps): void {
  const onRequest = requireActor(deps, 'admin:write');
  app.get('/api/v1/admin/outbox', { schema, onRequest }, async (request) => {
    const actor = actorOf(request);
    const { organizationId, userId, cursor } = request.query;
    const limit = limitOf(request.query.limit);
    const rows = await listOutbox(deps.pool, {
      organizationId: organizationSeenBy(actor, organizationId),
      userId,
      before: cursor,
      limit,
    });
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return { notices: rows.map((row) => noticeAnswer(deps, actor, row)), nextCursor: last?.number ?? null };
  });
}

function noticeAnswer(deps: ApiDeps, actor: Actor, row: ListedOutboxRow) {
  return {
    id: row.id,
    kind: row.kind,
    userId: row.userId,
    organizationId: row.organizationId,
    recipient: row.recipient,
    createdAt: row.createdAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
    failedAt: row.failedAt?.toISOString() ?? null,
    failure: row.failure,
    ...(mayReadWords(deps, actor, row) ? wordsOf(deps, row) : NO_WORDS),
  };
}

const NO_WORDS = { subject: null, text: null };

/**
 * A code is worth the account. Escalation: whoever reads an administrator's becomes him. A forgotten session: reading a
 * code takes as much as changing the account.
 */
function mayReadWords({ mailer }: ApiDeps, actor: Actor, { roles }: ListedOutboxRow): boolean {
  if (mailer) return false;
  return outranks(actor.permissions, roles) && (actor.kind === 'client' || isFreshMfa(actor));
}

/** One message that cannot be opened (a key is missing) must not hide the others. */
function wordsOf(deps: ApiDeps, row: ListedOutboxRow) {
  try {
    const { subject, text } = writeNotice(deps.keys, row, deps);
    return { subject, text };
  } catch (error) {
    deps.logger.warn({ noticeId: row.id, cause: errorName(error) }, 'notice cannot be read');
    return NO_WORDS;
  }
}

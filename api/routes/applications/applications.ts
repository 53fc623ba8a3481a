/** Applications and their policy: create, list, read, PATCH with immediate effect. */
import type { FastifyRequest } from 'fastify';
import { DEFAULT_POLICY_SETTINGS, isPortal, type PolicySettings } from '../../../domain/policy/policy';
import { parsePolicySettings } from '../../../domain/policy/parse-settings';
import { logAudit } from '../../../runtime/audit-log';
import { newSecret } from '../../../runtime/random-ids';
import {
  findApplication,
  insertApplication,
  listApplications,
  updateApplication,
  type ApplicationRow,
} from '../../../storage/applications';
import { insertAuditEvents } from '../../../storage/audit-events';
import { evictPolicy } from '../../../storage/policy-cache';
import { inTransaction } from '../../../storage/postgres';
import type { App } from '../../app';
import { DEFAULT_SCOPES, digestClientSecret, type ClientPrincipal } from '../../client-authentication';
import type { ApiDeps } from '../../deps';
import { clientOf, requireClient } from '../../plugins/callers';
import { Problem } from '../../problem';
import { limitOf } from '../../schemas';
import {
  applicationAnswer,
  createSchema,
  etagOf,
  getSchema,
  listSchema,
  patchSchema,
  type CreateBody,
  type PatchBody,
} from './schemas';

export function registerApplicationRoutes(app: App, deps: ApiDeps): void {
  const onRequest = requireClient(deps, 'applications:write');

  app.post('/api/v1/applications', { schema: createSchema, onRequest }, async (request, reply) => {
    const { row, clientSecret } = await createApplication(deps, clientOf(request), request.body);
    return reply
      .code(201)
      .header('etag', etagOf(row))
      .send({ ...applicationAnswer(row), clientSecret });
  });

  app.get('/api/v1/applications', { schema: listSchema, onRequest }, async (request) => {
    const limit = limitOf(request.query.limit);
    const { organizationId } = clientOf(request);
    const rows = await listApplications(deps.pool, { organizationId, after: request.query.cursor, limit });
    const nextCursor = rows.length === limit ? (rows.at(-1)?.clientId ?? null) : null;
    return { applications: rows.map(applicationAnswer), nextCursor };
  });

  app.get('/api/v1/applications/:id', { schema: getSchema, onRequest }, async (request, reply) => {
    const row = await ownApplication(deps, clientOf(request), request.params.id);
    return reply.header('etag', etagOf(row)).send(applicationAnswer(row));
  });

  app.patch('/api/v1/applications/:id', { schema: patchSchema, onRequest }, async (request, reply) => {
    const row = await ownApplication(deps, clientOf(request), request.params.id);
    assertMatches(request, row);
    const changed = await changeApplication(deps, clientOf(request), { row, body: request.body });
    return reply.header('etag', etagOf(changed)).send(applicationAnswer(changed));
  });
}

async function ownApplication(deps: ApiDeps, client: ClientPrincipal, id: string): Promise<ApplicationRow> {
  const row = await findApplication(deps.pool, id, client.organizationId);
  if (!row) throw new Problem('application_not_found');
  return row;
}

/** `If-Match` (RFC 9110 §13.1.1): somebody else's change in between is not overwritten. */
function assertMatches(request: FastifyRequest, row: ApplicationRow): void {
  const header = request.headers['if-match'];
  if (header === undefined || header === '*') return;
  const tags = header.split(',').map((tag) => tag.trim());
  if (!tags.includes(etagOf(row))) throw new Problem('version_conflict');
}

async function createApplication(deps: ApiDeps, client: ClientPrincipal, body: CreateBody) {
  const clientId =
    body.clientId ??
    `app-${newSecret()
      .toLowerCase()
      .replace(/[^a-z0-9]/g, '')
      .slice(0, 16)}`;
  const clientSecret = newSecret();
  const settings = settingsOf(body.settings, DEFAULT_POLICY_SETTINGS);
  const { organizationId } = client;
  const mfaPolicy = body.mfaPolicy ?? 'smart';
  const { row, audit } = await inTransaction(deps.pool, async (tx) => {
    const row = await insertApplication(tx, {
      clientId,
      organizationId,
      name: body.name,
      secret: { digest: digestClientSecret(deps.keys, clientId, clientSecret), keyId: deps.keys.currentId },
      scopes: DEFAULT_SCOPES,
      mfaPolicy,
      settings,
      redirectUris: body.redirectUris ?? [],
    });
    if (!row) throw new Problem('client_id_taken');
    const details = { by: client.clientId };
    const audit = await insertAuditEvents(tx, [
      {
        organizationId,
        type: 'application.created',
        level: 'info',
        clientId,
        policy: mfaPolicy,
        terminal: false,
        details,
      },
    ]);
    return { row, audit };
  });
  logAudit(deps.logger, audit);
  return { row, clientSecret };
}

async function changeApplication(
  deps: ApiDeps,
  client: ClientPrincipal,
  { row, body }: { row: ApplicationRow; body: PatchBody },
): Promise<ApplicationRow> {
  const { clientId, organizationId } = row;
  // A hard boundary: a portal's policy cannot be weakened, by whom ever.
  if (isPortal(clientId)) throw new Problem('policy_fixed');
  const stored = parsePolicySettings(row.settings ?? {});
  const settings = settingsOf(body.settings, stored.ok ? stored.settings : DEFAULT_POLICY_SETTINGS);
  const { changed, audit } = await inTransaction(deps.pool, async (tx) => {
    const changed = await updateApplication(tx, {
      clientId,
      organizationId,
      expectedVersion: row.version,
      name: body.name ?? row.name,
      mfaPolicy: body.mfaPolicy ?? row.mfaPolicy,
      settings,
      redirectUris: body.redirectUris ?? row.redirectUris,
    });
    if (!changed) throw new Problem('version_conflict');
    const details = {
      by: client.clientId,
      from: row.mfaPolicy,
      to: changed.mfaPolicy,
      version: changed.version,
    };
    const audit = await insertAuditEvents(tx, [
      {
        organizationId,
        type: 'application.policy_changed',
        level: 'info',
        clientId,
        policy: changed.mfaPolicy,
        terminal: false,
        details,
      },
    ]);
    return { changed, audit };
  });
  logAudit(deps.logger, audit);
  await evict(deps, changed);
  return changed;
}

/** With Redis away the old entry may live up to 300 s; decisions notice by the version and read again. */
async function evict({ redis, logger }: ApiDeps, { clientId, version }: ApplicationRow): Promise<void> {
  await evictPolicy(redis, clientId, version).catch((error: unknown) =>
    logger.warn({ clientId, cause: error instanceof Error ? error.name : 'unknown' }, 'policy not evicted'),
  );
}

function settingsOf(change: unknown, current: PolicySettings): PolicySettings {
  if (change === undefined) return current;
  const parsed = parsePolicySettings(change, current);
  if (!parsed.ok) throw new Problem('invalid_request', { detail: `body/settings: ${parsed.problem}.` });
  return parsed.settings;
}

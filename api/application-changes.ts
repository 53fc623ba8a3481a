/** Registering and changing applications, each with its audit event in the same transaction. */
import { randomBytes } from 'node:crypto';
import { DEFAULT_SCOPES, holdsAll } from '../domain/access/permissions';
import type { AuditEvent } from '../domain/audit-event';
import { DEFAULT_POLICY_SETTINGS, isPortal, type PolicySettings } from '../domain/policy/policy';
import { parsePolicySettings, readSettingsOrDefaults } from '../domain/policy/parse-settings';
import { logAudit } from '../runtime/audit-log';
import { errorName } from '../runtime/error-name';
import { newSecret } from '../runtime/random-ids';
import {
  insertApplication,
  rotateClientSecret,
  updateApplication,
  type ApplicationRow,
} from '../storage/applications';
import { insertAuditEvents } from '../storage/audit-events';
import { evictPolicy } from '../storage/policy-cache';
import { inTransaction } from '../storage/postgres';
import { insertWorkflowStart, type WorkflowStartRow } from '../storage/workflow-starts';
import { REASSESS_SESSIONS_WORKFLOW, reassessSessionsWorkflowId } from '../workflows/messages';
import { organizationToCreateIn, type Actor } from './actor';
import { startAfterCommit } from './background-workflows';
import { digestClientSecret } from './client-authentication';
import type { ApiDeps } from './deps';
import { Problem } from './problem';
import type { CreateBody, PatchBody } from './routes/applications/schemas';

/** Registers an application with a new secret, shown once. */
export async function createApplication(deps: ApiDeps, actor: Actor, body: CreateBody) {
  const organizationId = await organizationToCreateIn(deps, actor, body.organizationId);
  const scopes = body.scopes ?? DEFAULT_SCOPES;
  assertMayGrantScopes(actor, scopes);

  const clientId = body.clientId ?? `app-${randomBytes(10).toString('hex')}`;
  const clientSecret = body.public ? undefined : newSecret();
  const settings = settingsOf(body.settings, DEFAULT_POLICY_SETTINGS);
  const mfaPolicy = body.mfaPolicy ?? 'smart';
  const { row, audit } = await inTransaction(deps.pool, async (tx) => {
    const row = await insertApplication(tx, {
      clientId,
      organizationId,
      name: body.name,
      secret: credentialOf(deps, clientId, clientSecret),
      scopes,
      mfaPolicy,
      settings,
      redirectUris: body.redirectUris ?? [],
    });
    if (!row) throw new Problem('client_id_taken');
    const event = { organizationId, clientId, policy: mfaPolicy, details: { by: actor.by, scopes } };
    const audit = await insertAuditEvents(tx, [
      { ...event, type: 'application.created', level: 'info', terminal: false },
    ]);
    return { row, audit };
  });
  logAudit(deps.logger, audit);
  return { row, ...(clientSecret !== undefined && { clientSecret }) };
}

/** Escalation: nobody makes an application that may do more than he may himself. */
function assertMayGrantScopes({ permissions }: Actor, scopes: readonly string[]): void {
  const own = new Set([...permissions, ...DEFAULT_SCOPES]);
  if (!holdsAll(own, scopes)) throw new Problem('forbidden');
}

/**
 * Replaces the secret of an application and returns the new one, shown once. The old one and the tokens made from it
 * are worth nothing from then on.
 */
export async function rotateSecret(deps: ApiDeps, actor: Actor, row: ApplicationRow): Promise<string> {
  const { clientId, organizationId } = row;
  if (isPortal(clientId) || row.public)
    throw new Problem('invalid_request', { detail: 'A public client has no secret.' });
  // Escalation: who holds the secret may do all that the application may.
  assertMayGrantScopes(actor, row.scopes);
  const clientSecret = newSecret();
  const digest = digestClientSecret(deps.keys, { clientId, secret: clientSecret });
  const audit = await inTransaction(deps.pool, async (tx) => {
    const secret = { digest, keyId: deps.keys.currentId };
    const rotation = { clientId, expectedVersion: row.version, ...secret };
    if (!(await rotateClientSecret(tx, rotation))) throw new Problem('version_conflict');
    const event = { organizationId, clientId, details: { by: actor.by } };
    return insertAuditEvents(tx, [
      { ...event, type: 'application.secret_rotated', level: 'info', terminal: false },
    ]);
  });
  logAudit(deps.logger, audit);
  return clientSecret;
}

function credentialOf({ keys }: ApiDeps, clientId: string, secret: string | undefined) {
  if (secret === undefined) return undefined;
  return { digest: digestClientSecret(keys, { clientId, secret }), keyId: keys.currentId };
}

/** Changes an application by compare-and-set; its cached policy is evicted before the answer. */
export async function changeApplication(
  deps: ApiDeps,
  actor: Actor,
  { row, body }: { row: ApplicationRow; body: PatchBody },
): Promise<ApplicationRow> {
  const { clientId, organizationId } = row;
  // A hard boundary: a portal's policy cannot be weakened, by whom ever.
  if (isPortal(clientId)) throw new Problem('policy_fixed');
  const settings = settingsOf(body.settings, readSettingsOrDefaults(row.settings));
  const scopes = body.scopes ?? row.scopes;
  assertMayGrantScopes(actor, differing(scopes, row.scopes));
  const { changed, audit, reassessment } = await inTransaction(deps.pool, async (tx) => {
    const changed = await updateApplication(tx, {
      clientId,
      organizationId,
      expectedVersion: row.version,
      name: body.name ?? row.name,
      scopes,
      mfaPolicy: body.mfaPolicy ?? row.mfaPolicy,
      settings,
      redirectUris: body.redirectUris ?? row.redirectUris,
    });
    if (!changed) throw new Problem('version_conflict');
    const audit = await insertAuditEvents(tx, [changeEvent(actor, { before: row, after: changed })]);
    const reassessment = touchesPolicy(body) ? reassessmentOf(changed) : undefined;
    if (reassessment) await insertWorkflowStart(tx, reassessment);
    return { changed, audit, reassessment };
  });
  logAudit(deps.logger, audit);
  await evict(deps, changed);
  if (reassessment) await startAfterCommit(deps, reassessment);
  return changed;
}

function touchesPolicy({ mfaPolicy, settings }: PatchBody): boolean {
  return mfaPolicy !== undefined || settings !== undefined;
}

/** Open sessions are judged by the new policy, too. */
function reassessmentOf({ clientId, version }: ApplicationRow): WorkflowStartRow {
  const input = { clientId, version };
  return { workflow: REASSESS_SESSIONS_WORKFLOW, workflowId: reassessSessionsWorkflowId(input), input };
}

function changeEvent(
  { by }: Actor,
  { before, after }: { before: ApplicationRow; after: ApplicationRow },
): AuditEvent {
  const { clientId, organizationId, mfaPolicy: policy, version, scopes } = after;
  const rescoped = differing(scopes, before.scopes).length > 0;
  const details = { by, from: before.mfaPolicy, to: policy, version, ...(rescoped && { scopes }) };
  const type = 'application.policy_changed';
  return { organizationId, clientId, policy, type, level: 'info', terminal: false, details };
}

/** What is in only one of two lists: scopes are taken away by those only who may grant them. */
function differing(some: readonly string[], others: readonly string[]): string[] {
  return [...some.filter((one) => !others.includes(one)), ...others.filter((one) => !some.includes(one))];
}

/** With Redis away the old entry may live up to 300 s; decisions notice by the version and read again. */
async function evict({ redis, logger }: ApiDeps, { clientId, version }: ApplicationRow): Promise<void> {
  await evictPolicy(redis, clientId, version).catch((error: unknown) =>
    logger.warn({ clientId, cause: errorName(error) }, 'policy not evicted'),
  );
}

function settingsOf(change: unknown, current: PolicySettings): PolicySettings {
  if (change === undefined) return current;
  const parsed = parsePolicySettings(change, current);
  if (!parsed.ok) throw new Problem('invalid_request', { detail: `body/settings: ${parsed.problem}.` });
  return parsed.settings;
}

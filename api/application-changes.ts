/** Registering and changing applications, each with its audit event in the same transaction. */
import { randomBytes } from 'node:crypto';
import { DEFAULT_POLICY_SETTINGS, isPortal, type PolicySettings } from '../domain/policy/policy';
import { parsePolicySettings } from '../domain/policy/parse-settings';
import { logAudit } from '../runtime/audit-log';
import { errorName } from '../runtime/error-name';
import { newSecret } from '../runtime/random-ids';
import { insertApplication, updateApplication, type ApplicationRow } from '../storage/applications';
import { insertAuditEvents } from '../storage/audit-events';
import { evictPolicy } from '../storage/policy-cache';
import { inTransaction } from '../storage/postgres';
import { insertWorkflowStart, type WorkflowStartRow } from '../storage/workflow-starts';
import { REASSESS_SESSIONS_WORKFLOW, reassessSessionsWorkflowId } from '../workflows/messages';
import { startAfterCommit } from './background-workflows';
import { DEFAULT_SCOPES, digestClientSecret, type ClientPrincipal } from './client-authentication';
import type { ApiDeps } from './deps';
import { Problem } from './problem';
import type { CreateBody, PatchBody } from './routes/applications/schemas';

/** Registers an application with a new secret, shown once. */
export async function createApplication(deps: ApiDeps, client: ClientPrincipal, body: CreateBody) {
  const clientId = body.clientId ?? `app-${randomBytes(10).toString('hex')}`;
  const clientSecret = body.public ? undefined : newSecret();
  const settings = settingsOf(body.settings, DEFAULT_POLICY_SETTINGS);
  const { organizationId } = client;
  const mfaPolicy = body.mfaPolicy ?? 'smart';
  const { row, audit } = await inTransaction(deps.pool, async (tx) => {
    const row = await insertApplication(tx, {
      clientId,
      organizationId,
      name: body.name,
      secret: credentialOf(deps, clientId, clientSecret),
      scopes: DEFAULT_SCOPES,
      mfaPolicy,
      settings,
      redirectUris: body.redirectUris ?? [],
    });
    if (!row) throw new Problem('client_id_taken');
    const event = { organizationId, clientId, policy: mfaPolicy, details: { by: client.clientId } };
    const audit = await insertAuditEvents(tx, [
      { ...event, type: 'application.created', level: 'info', terminal: false },
    ]);
    return { row, audit };
  });
  logAudit(deps.logger, audit);
  return { row, ...(clientSecret !== undefined && { clientSecret }) };
}

function credentialOf({ keys }: ApiDeps, clientId: string, secret: string | undefined) {
  if (secret === undefined) return undefined;
  return { digest: digestClientSecret(keys, { clientId, secret }), keyId: keys.currentId };
}

/** Changes an application by compare-and-set; its cached policy is evicted before the answer. */
export async function changeApplication(
  deps: ApiDeps,
  client: ClientPrincipal,
  { row, body }: { row: ApplicationRow; body: PatchBody },
): Promise<ApplicationRow> {
  const { clientId, organizationId } = row;
  // A hard boundary: a portal's policy cannot be weakened, by whom ever.
  if (isPortal(clientId)) throw new Problem('policy_fixed');
  const stored = parsePolicySettings(row.settings ?? {});
  const settings = settingsOf(body.settings, stored.ok ? stored.settings : DEFAULT_POLICY_SETTINGS);
  const { changed, audit, reassessment } = await inTransaction(deps.pool, async (tx) => {
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
    const { mfaPolicy: policy, version } = changed;
    const event = { organizationId, clientId, policy };
    const details = { by: client.clientId, from: row.mfaPolicy, to: policy, version };
    const audit = await insertAuditEvents(tx, [
      { ...event, type: 'application.policy_changed', level: 'info', terminal: false, details },
    ]);
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

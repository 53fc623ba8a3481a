/** Pairs an authenticator device: code used up, key stored, open challenges ended, audited, in one transaction. */
import type { MethodId } from '../domain/ids';
import { hasAnyMethod } from '../domain/session';
import { isPushEndpoint } from '../network/push-endpoint';
import { insertNotice } from '../runtime/notices';
import { sealSubscription } from '../runtime/push-subscription';
import { hashSecret, newId } from '../runtime/random-ids';
import { insertAuditEvents } from '../storage/audit-events';
import { findPairing, usePairing, type Pairing } from '../storage/device-pairings';
import { readEnrolledMethods } from '../storage/enrolled-methods';
import { inTransaction, type PoolClient } from '../storage/postgres';
import { insertPushDevice } from '../storage/push-devices';
import { endOpenChallenges } from '../storage/session-revocation';
import { lockUser } from '../storage/user-changes';
import type { ApiDeps } from './deps';
import { Problem } from './problem';
import type { PairBody } from './routes/devices/schemas';
import { announceEnded } from './session-changes';

export interface PairedDevice {
  readonly deviceId: string;
  readonly methodId: string;
}

/** The ids of the new device; 401 for a code that is none (any more), whatever the reason. */
export async function pairDevice(
  deps: ApiDeps,
  { body, ip }: { readonly body: PairBody; readonly ip: string },
): Promise<PairedDevice> {
  const { pushSubscription } = body;
  if (pushSubscription && !isPushEndpoint(pushSubscription.endpoint))
    throw new Problem('invalid_request', { detail: 'body/pushSubscription/endpoint: is no push service.' });
  const codeHash = hashSecret(body.pairingCode);
  const pairing = await findPairing(deps.pool, codeHash);
  if (!pairing) {
    // Guessing codes is slowed down per address.
    await deps.limits.address(ip);
    throw new Problem('verification_failed');
  }
  const device = { deviceId: newId<string>('pdv'), methodId: newId<MethodId>('mth') };
  const ended = await inTransaction(deps.pool, (tx) => pair(tx, deps, { body, codeHash, pairing, device }));
  await announceEnded(deps, ended);
  return device;
}

interface NewPair {
  readonly body: PairBody;
  readonly codeHash: string;
  readonly pairing: Pairing;
  readonly device: PairedDevice;
}

async function pair(tx: PoolClient, deps: ApiDeps, { body, codeHash, pairing, device }: NewPair) {
  const { userId, requestedBy, clientId } = pairing;
  const user = await lockUser(tx, userId);
  const methods = await readEnrolledMethods(tx, userId);
  // An enrolment token is for the first factor: a code made with it must not add one to those enrolled since.
  const isEntitled = requestedBy !== 'enrollment' || !hasAnyMethod(methods);
  if (user?.status !== 'active' || !isEntitled || !(await usePairing(tx, codeHash)))
    throw new Problem('verification_failed');
  const { deviceId, methodId } = device;
  const { publicKey, name, pushSubscription } = body;
  const sealed = pushSubscription && sealSubscription(deps.keys, deviceId, pushSubscription);
  const row = { deviceId, methodId, userId, name, publicJwk: publicKey, subscription: sealed };
  if (!(await insertPushDevice(tx, row))) throw new Problem('device_limit');
  // A challenge opened before may be a stranger's, who counts on a factor that the owner now changes.
  const challenges = await endOpenChallenges(tx, userId);
  await insertNotice(tx, deps, {
    userId,
    kind: 'factor_changed',
    params: { change: 'added', method: 'push' },
  });
  const audit = await insertAuditEvents(tx, [
    {
      organizationId: user.organizationId,
      type: 'method.enrolled',
      level: 'info',
      userId,
      clientId: clientId ?? undefined,
      terminal: false,
      details: { method: 'push', by: requestedBy },
    },
  ]);
  return { audit: [...challenges.audit, ...audit], workflowIds: challenges.workflowIds };
}

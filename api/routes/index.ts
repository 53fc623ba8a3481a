/** Every route of the API, by area. */
import type { App } from '../app';
import type { ApiDeps } from '../deps';
import { registerAccountActions } from './admin/account-actions';
import { registerAuditRoute } from './admin/audit';
import { registerDecisionRoutes } from './admin/decisions';
import { registerOutboxRoute } from './admin/outbox';
import { registerRecoveryOrders } from './admin/recoveries';
import { registerApplicationRoutes } from './applications/applications';
import { registerDeviceChallengeRoutes } from './devices/challenges';
import { registerAuthenticatorRoutes } from './devices/devices';
import { registerAttemptsRoute } from './mfa/attempts';
import { registerBackupCodesRoute } from './mfa/backup-codes';
import { registerCancelRoute } from './mfa/session-cancel';
import { registerEnrollmentRoutes } from './mfa/enrollment';
import { registerMethodRoutes } from './mfa/methods';
import { registerPasskeyChallengeRoute } from './mfa/passkey-challenge';
import { registerPasskeyRoutes } from './mfa/passkeys';
import { registerMfaStatusRoute } from './mfa/status';
import { registerStatusCheckRoute } from './mfa/status-check';
import { registerPushChallengeRoutes } from './mfa/push-challenge';
import { registerPushPairingRoute } from './mfa/push-pairing';
import { registerTotpRoutes } from './mfa/totp-methods';
import { registerVerifyRoute } from './mfa/verify';
import { registerClientSessionRoutes } from './sessions/sessions';
import { registerPasswordRoute } from './auth/password';
import { registerDeviceRoutes } from './auth/devices';
import { registerSessionRoutes } from './auth/sessions';
import { registerRecoveryRoutes } from './auth/recovery';
import { registerSignInRoute } from './auth/sign-in';
import { registerStepUpRoutes } from './mfa/step-up';
import { registerRedeemRoute } from './mfa/step-up-redeem';
import { registerTokenRoute } from './oauth/token';
import { registerHealthRoutes } from './operations/health';
import { registerStartPage } from './operations/start-page';
import { registerWellKnownRoutes } from './operations/well-known';
import { registerOrganizationRoutes } from './organizations/organizations';
import { registerImportRoute } from './users/import';
import { registerUserRoutes } from './users/users';

const ROUTES: readonly ((app: App, deps: ApiDeps) => void)[] = [
  registerStatusCheckRoute,
  registerVerifyRoute,
  registerStepUpRoutes,
  registerRedeemRoute,
  registerSignInRoute,
  registerRecoveryRoutes,
  registerSessionRoutes,
  registerClientSessionRoutes,
  registerPasswordRoute,
  registerCancelRoute,
  registerMfaStatusRoute,
  registerAttemptsRoute,
  registerTotpRoutes,
  registerBackupCodesRoute,
  registerMethodRoutes,
  registerDeviceRoutes,
  registerPasskeyRoutes,
  registerPasskeyChallengeRoute,
  registerPushPairingRoute,
  registerPushChallengeRoutes,
  registerAuthenticatorRoutes,
  registerDeviceChallengeRoutes,
  registerEnrollmentRoutes,
  registerUserRoutes,
  registerImportRoute,
  registerApplicationRoutes,
  registerOrganizationRoutes,
  registerTokenRoute,
  registerDecisionRoutes,
  registerRecoveryOrders,
  registerAuditRoute,
  registerAccountActions,
  registerOutboxRoute,
  registerHealthRoutes,
  registerStartPage,
  registerWellKnownRoutes,
];

/** Registers all of them. */
export function registerRoutes(app: App, deps: ApiDeps): void {
  for (const register of ROUTES) register(app, deps);
}

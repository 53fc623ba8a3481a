/** One good request for every endpoint with a body, for tests that spoil it. */
import { randomIp, randomName } from './actors';

export interface GoodRequest {
  readonly method: string;
  readonly path: string;
  readonly as: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Properties carry a recognisable text where they may, so that an echo is found. */
export const CANARY = 'canary-5c1e';

export function goodRequests(userId: string): readonly GoodRequest[] {
  return [
    {
      method: 'POST',
      path: '/api/v1/auth/mfa/status/check',
      as: 'demo-shop',
      body: {
        userId,
        ip: randomIp(),
        userAgent: CANARY,
        fingerprint: CANARY,
        clientId: 'demo-shop',
        deviceToken: CANARY,
        sessionId: CANARY,
        primary: 'password',
        attributes: { rttMs: 42 },
      },
    },
    {
      method: 'POST',
      path: '/api/v1/auth/mfa/verify',
      as: 'demo-shop',
      body: { mfaSessionId: CANARY, method: 'totp', code: '123456', trustDevice: true },
    },
    {
      method: 'POST',
      path: '/api/v1/auth/mfa/challenge/push',
      as: 'demo-shop',
      body: { mfaSessionId: CANARY, trustDevice: true },
    },
    {
      method: 'POST',
      path: '/api/v1/auth/mfa/session/cancel',
      as: 'demo-shop',
      body: { mfaSessionId: CANARY },
    },
    {
      method: 'POST',
      path: '/api/v1/auth/attempts',
      as: 'demo-shop',
      body: {
        login: CANARY,
        ip: randomIp(),
        userAgent: CANARY,
        fingerprint: CANARY,
        outcome: 'failure',
        reason: CANARY,
        deviceToken: CANARY,
        clientId: 'demo-shop',
      },
    },
    {
      method: 'POST',
      path: '/api/v1/users',
      as: 'operator',
      body: {
        login: randomName(),
        email: `${CANARY}@example.org`,
        externalId: randomName(),
        totpSecret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
        roles: [CANARY],
        groups: [CANARY],
      },
    },
    {
      method: 'POST',
      path: '/api/v1/applications',
      as: 'operator',
      body: {
        clientId: randomName(),
        name: CANARY,
        mfaPolicy: 'smart',
        settings: {},
        redirectUris: ['https://a.test/'],
      },
    },
    {
      method: 'PATCH',
      path: '/api/v1/applications/demo-shop',
      as: 'operator',
      body: { name: CANARY, mfaPolicy: 'smart', settings: {}, redirectUris: ['https://a.test/'] },
    },
    {
      method: 'POST',
      path: '/api/v1/organizations',
      as: 'operator',
      body: { name: CANARY },
    },
    {
      method: 'POST',
      path: `/api/v1/auth/mfa/methods/totp/mth_AAAAAAAAAAAAAAAAAAAAAA/confirm?userId=${userId}`,
      as: 'operator',
      body: { code: '123456', name: CANARY, additional: true },
    },
    {
      method: 'PATCH',
      path: `/api/v1/auth/mfa/methods/mth_AAAAAAAAAAAAAAAAAAAAAA?userId=${userId}`,
      as: 'operator',
      body: { name: CANARY },
    },
  ];
}

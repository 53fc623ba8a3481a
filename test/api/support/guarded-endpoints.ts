/** Every endpoint that roles and scopes open, with what it takes, in one table. */
import type { Permission } from '../../../domain/access/permissions';
import { randomName } from './actors';

/** Things that a request is about, made anew for each. */
export interface Objects {
  readonly userId: string;
  readonly clientId: string;
  readonly decisionId: string;
}

export interface GuardedEndpoint {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** `:user`, `:app` and `:decision` stand for the objects. */
  readonly path: string;
  readonly permission: Permission;
  readonly roles: readonly string[];
  readonly status: number;
  readonly body?: () => object;
}

const DEVELOPERS = ['developer', 'org-admin', 'platform-admin'];
const ADMINS = ['org-admin', 'platform-admin'];
const PLATFORM = ['platform-admin'];
const name = () => ({ name: randomName() });
const login = () => ({ login: randomName() });

const onUser = (action: string): GuardedEndpoint => ({
  method: 'POST',
  path: `/admin/users/:user/${action}`,
  permission: 'admin:write',
  roles: ADMINS,
  status: 204,
});

const endpoint = (
  method: GuardedEndpoint['method'],
  path: string,
  rest: Omit<GuardedEndpoint, 'method' | 'path'>,
): GuardedEndpoint => ({ method, path, ...rest });

const readsApps = { permission: 'applications:read', roles: DEVELOPERS, status: 200 } as const;
const writesApps = { permission: 'applications:write', roles: DEVELOPERS } as const;
const readsUsers = { permission: 'users:read', roles: ADMINS, status: 200 } as const;
const writesUsers = { permission: 'users:write', roles: ADMINS } as const;
const readsAdmin = { permission: 'admin:read', roles: ADMINS, status: 200 } as const;
const organizations = { permission: 'organizations:write', roles: PLATFORM } as const;

export const GUARDED: readonly GuardedEndpoint[] = [
  endpoint('GET', '/applications', readsApps),
  endpoint('POST', '/applications', { ...writesApps, status: 201, body: name }),
  endpoint('GET', '/applications/:app', readsApps),
  endpoint('PATCH', '/applications/:app', { ...writesApps, status: 200, body: name }),
  endpoint('POST', '/applications/:app/secret', { ...writesApps, status: 200 }),
  endpoint('GET', '/users', readsUsers),
  endpoint('POST', '/users', { ...writesUsers, status: 201, body: login }),
  endpoint('POST', '/users/import', { ...writesUsers, status: 200, body: login }),
  endpoint('GET', '/users/:user', readsUsers),
  endpoint('PATCH', '/users/:user', { ...writesUsers, status: 200, body: login }),
  endpoint('DELETE', '/users/:user', { ...writesUsers, status: 204 }),
  ...['unlock', 'disable', 'enable', 'reset-factors', 'revoke-sessions'].map(onUser),
  endpoint('GET', '/admin/decisions', readsAdmin),
  endpoint('GET', '/admin/decisions/:decision', readsAdmin),
  endpoint('GET', '/admin/audit', readsAdmin),
  endpoint('GET', '/admin/outbox', { permission: 'admin:write', roles: ADMINS, status: 200 }),
  endpoint('GET', '/organizations', { ...organizations, status: 200 }),
  endpoint('POST', '/organizations', { ...organizations, status: 201, body: name }),
];

/** The endpoints that are about one user, application or decision. */
export const OF_AN_OBJECT = GUARDED.filter(({ path }) => path.includes(':'));

export const titleOf = ({ method, path }: GuardedEndpoint): string => `${method} ${path}`;

export function pathOf({ path }: GuardedEndpoint, { userId, clientId, decisionId }: Objects): string {
  const named = path.replace(':user', userId).replace(':app', clientId).replace(':decision', decisionId);
  return `/api/v1${named}`;
}

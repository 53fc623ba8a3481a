/**
 * The roles of users and what they permit. Any other name in a user's `roles` is a label of the application, without
 * power here. Where a role counts is decided by `api/actor.ts`.
 */
import { holdsAll, PERMISSIONS, type Permission } from './permissions';

const ROLES: Readonly<Record<string, readonly Permission[]>> = {
  user: [],
  developer: ['applications:read', 'applications:write'],
  'org-admin': [
    'applications:read',
    'applications:write',
    'users:read',
    'users:write',
    'factors:read',
    'factors:write',
    'admin:read',
    'admin:write',
  ],
  'platform-admin': PERMISSIONS,
};

/** What a user with these roles may do. */
export function permissionsOf(roles: readonly string[]): ReadonlySet<Permission> {
  return new Set(roles.flatMap((role) => (Object.hasOwn(ROLES, role) ? (ROLES[role] ?? []) : [])));
}

/** Whether these roles reach beyond the user's own organization. */
export function actsEverywhere(roles: readonly string[]): boolean {
  return roles.includes('platform-admin');
}

/**
 * Whether a caller who holds `held` may grant these roles, take them away, or change a user who has them: only with
 * every permission that they carry. Otherwise one password reset would make a helper an administrator.
 */
export function outranks(held: ReadonlySet<string>, roles: readonly string[]): boolean {
  return holdsAll(held, permissionsOf(roles));
}

/** What a caller may be allowed to do: the scopes of a client and the permissions of a user's roles, one vocabulary. */
export const PERMISSIONS = [
  'gateway',
  'users:read',
  'users:write',
  'factors:read',
  'factors:write',
  'applications:read',
  'applications:write',
  'admin:read',
  'admin:write',
  'organizations:write',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** Scopes of an application that nobody gave more: it may ask for its own users' MFA status. */
export const DEFAULT_SCOPES: readonly Permission[] = ['factors:read'];

/** Whether `wanted` is among the held permissions. Writing implies reading. */
export function holds(held: ReadonlySet<string>, wanted: string): boolean {
  return held.has(wanted) || (wanted.endsWith(':read') && held.has(wanted.replace(/:read$/, ':write')));
}

/** Whether all of `wanted` are held. */
export function holdsAll(held: ReadonlySet<string>, wanted: Iterable<string>): boolean {
  return [...wanted].every((permission) => holds(held, permission));
}

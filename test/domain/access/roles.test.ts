/** What roles carry, and who stands above whom. */
import { holds, PERMISSIONS } from '../../../domain/access/permissions';
import { actsEverywhere, outranks, permissionsOf } from '../../../domain/access/roles';

const ROLES = ['user', 'developer', 'org-admin', 'platform-admin'] as const;

describe('permissions', () => {
  it('to write imply reading the same, and nothing else', () => {
    const held = new Set(['users:write']);
    expect(holds(held, 'users:read')).toBe(true);
    expect(PERMISSIONS.filter((wanted) => holds(held, wanted))).toEqual(['users:read', 'users:write']);
    expect(holds(new Set(['users:read']), 'users:write')).toBe(false);
  });
});

describe('roles', () => {
  it('carry more the higher they stand; the highest carries everything', () => {
    const sizes = ROLES.map((role) => permissionsOf([role]).size);
    expect(sizes).toEqual([0, 2, 8, PERMISSIONS.length]);
    expect(permissionsOf(['org-admin']).has('gateway')).toBe(false);
    expect(permissionsOf(['org-admin']).has('organizations:write')).toBe(false);
  });

  it('with other names carry nothing, whatever they are called', () => {
    for (const label of ['admin', 'Org-Admin', 'org-admin ', '__proto__', 'constructor', 'toString', '']) {
      expect([...permissionsOf([label])]).toEqual([]);
      expect(actsEverywhere([label])).toBe(false);
    }
  });

  it('add up', () => {
    expect([...permissionsOf(['label', 'developer', 'user'])]).toEqual([
      'applications:read',
      'applications:write',
    ]);
  });

  it('are touched only by those who hold all that they carry', () => {
    const outranked = (held: Iterable<string>) => ROLES.filter((role) => outranks(new Set(held), [role]));
    expect(outranked([])).toEqual(['user']);
    expect(outranked(['users:write', 'factors:write'])).toEqual(['user']);
    expect(outranked(permissionsOf(['developer']))).toEqual(['user', 'developer']);
    expect(outranked(permissionsOf(['org-admin']))).toEqual(['user', 'developer', 'org-admin']);
    expect(outranked(PERMISSIONS)).toEqual([...ROLES]);
  });

  it('are weighed together: one that stands too high is enough to refuse', () => {
    const held = permissionsOf(['org-admin']);
    expect(outranks(held, ['user', 'label', 'platform-admin'])).toBe(false);
  });
});

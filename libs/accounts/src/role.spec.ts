import { describe, expect, it } from 'vitest';
import { Caller } from './caller.ts';
import { PERMISSIONS } from './permission.ts';
import { departmentsFor, permissionsOf, ROLES } from './role.ts';

describe('Roles', () => {
  it('of an administrator give everything', () => {
    expect(permissionsOf([{ role: 'administrator', departments: [] }])).toEqual(PERMISSIONS);
  });

  it('of a viewer give nothing but reading, and not what is about people', () => {
    const given = permissionsOf([{ role: 'viewer', departments: [] }]);
    expect(given.every((permission) => permission.endsWith('.read'))).toBe(true);
    expect(given).not.toContain('audit.read');
    expect(given).not.toContain('handovers.read');
  });

  it('let only an administrator at accounts, the audit log and passwords of devices', () => {
    const others = permissionsOf(
      ROLES.filter((role) => role !== 'administrator').map((role) => ({ role, departments: [] })),
    );
    expect(PERMISSIONS.filter((permission) => !others.includes(permission))).toEqual([
      'devices.password',
      'accounts.manage',
      'audit.read',
    ]);
  });

  it('let a crew work on its jobs and not give them away', () => {
    const crew = permissionsOf([{ role: 'crew', departments: ['waste'] }]);
    expect(crew).toContain('jobs.work');
    expect(crew).not.toContain('jobs.dispatch');
    expect(crew).not.toContain('keyFigures.read');
  });

  it('of several departments add up, permission by permission', () => {
    const roles = [
      { role: 'crew', departments: ['waste'] },
      { role: 'dispatcher', departments: ['parking', 'waste'] },
    ] as const;
    expect(departmentsFor(roles, 'jobs.work')).toEqual(['parking', 'waste']);
    expect(departmentsFor([roles[0]], 'jobs.dispatch')).toEqual([]);
    expect(departmentsFor([...roles, { role: 'viewer', departments: [] }], 'jobs.read')).toBeNull();
    expect(departmentsFor([...roles, { role: 'viewer', departments: [] }], 'jobs.work')).toEqual(['parking', 'waste']);
  });

  it('that nobody has give nothing', () => {
    expect(permissionsOf([])).toEqual([]);
    expect(departmentsFor([], 'situation.read')).toEqual([]);
  });
});

describe('A caller', () => {
  const crew = new Caller('a-1', 'm.weber', [{ role: 'crew', departments: ['waste'] }]);
  const viewer = new Caller('a-2', 'k.roth', [{ role: 'viewer', departments: [] }]);

  it('may in one department what he may not everywhere', () => {
    expect(crew.may('jobs.work')).toBe(true);
    expect(crew.mayEverywhere('jobs.work')).toBe(false);
    expect(crew.mayIn('jobs.work', 'waste')).toBe(true);
    expect(crew.mayIn('jobs.work', 'parking')).toBe(false);
    expect(viewer.mayEverywhere('jobs.read')).toBe(true);
    expect(viewer.mayIn('jobs.read', 'parking')).toBe(true);
  });

  it('is let at what belongs to no department only where he is let at all of them', () => {
    expect(crew.mayIn('jobs.work', null)).toBe(false);
    expect(viewer.mayIn('jobs.read', null)).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { ACCOUNT_NAME, accountNameOf, proposedName } from './account-name.ts';
import { readGroupRoles, rolesOfGroups } from './group-mapping.ts';
import { differences, redacted } from './redact.ts';
import { waitMs } from './sign-in-attempts.ts';

describe('Names of accounts', () => {
  it('are typed in any case', () => {
    expect(accountNameOf(' M.Weber ')).toBe('m.weber');
  });

  it.each([
    ['M.Weber', 'm.weber'],
    ['Jörg Müßig', 'jorg-mussig'],
    ['weber@stadt.example', 'weber@stadt.example'],
    ['../../etc', 'etc'],
    ['李', 'person-x'],
    ['', 'person-x'],
    ['x'.repeat(300), 'x'.repeat(64)],
  ])('can be made of %s', (called, name) => {
    expect(proposedName(called)).toBe(name);
    expect(ACCOUNT_NAME.test(proposedName(called))).toBe(true);
  });
});

describe('Groups of an identity provider', () => {
  const mapping = readGroupRoles(
    ' Stadtfunk Admins=administrator, /abfall/kolonne=crew@waste+parking ,abfall=viewer@waste',
  );

  it('have the roles that they are mapped to', () => {
    expect(rolesOfGroups(['Stadtfunk Admins'], mapping!)).toEqual([{ role: 'administrator', departments: [] }]);
    expect(rolesOfGroups(['abfall', '/abfall/kolonne', 'x'], mapping!)).toEqual([
      { role: 'crew', departments: ['waste', 'parking'] },
      { role: 'viewer', departments: ['waste'] },
    ]);
  });

  it('have none without a mapping', () => {
    expect(rolesOfGroups(['administrator', 'stadtfunk admins', ''], mapping!)).toEqual([]);
    expect(rolesOfGroups(['everybody'], readGroupRoles('')!)).toEqual([]);
  });

  it.each(['x', 'x=', '=crew', 'x=boss', 'x=crew@', 'x=crew@a+', 'x=crew;y=crew', 'x=crew@a b'])(
    'cannot be mapped by %s',
    (text) => {
      expect(readGroupRoles(text)).toBeUndefined();
    },
  );
});

describe('What is written down', () => {
  it('holds no secrets, wherever they stand', () => {
    const kept = redacted({
      a: [{ newPassword: 'x', token: 'y', code: 'z', credentials: [{ x: 'y' }], hasPassword: true }],
      outcomes: [{ code: 'alert.cleared' }],
      address: { postalCode: '63450' },
      link: { path: 'l' },
    });
    expect(kept).toEqual({
      a: [
        {
          newPassword: '(not kept)',
          token: '(not kept)',
          code: '(not kept)',
          credentials: '(not kept)',
          hasPassword: true,
        },
      ],
      outcomes: [{ code: 'alert.cleared' }],
      address: { postalCode: '63450' },
      link: '(not kept)',
    });
  });

  it('holds no secret that looks like a reason', () => {
    expect(redacted({ password: 'sommer.winter', code: 'sommer.winter', reasonCode: 'x' })).toEqual({
      ...{ password: '(not kept)', code: 'sommer.winter', reasonCode: 'x' },
    });
  });

  it('holds nothing that a database could not keep', () => {
    expect(redacted({ 'a\0b': ['x\0', '\ud800', '😀', { y: 'z\udc00' }] })).toEqual({
      'a\ufffdb': ['x\ufffd', '\ufffd', '😀', { y: 'z\ufffd' }],
    });
  });

  it('is cut where it is too long or too deep', () => {
    expect(redacted({ text: 'x'.repeat(20_000) })).toMatchObject({ cut: '20011 characters' });
    let deep: unknown = 'bottom';
    for (let level = 0; level < 50; level++) deep = { deep };
    expect(JSON.stringify(redacted(deep))).not.toContain('bottom');
    expect(redacted(undefined)).toBeNull();
  });

  it('is what differs', () => {
    expect(differences({ a: 1, b: [1], c: 'x' }, { a: 1, b: [2], d: null })).toEqual({
      before: { b: [1], c: 'x', d: null },
      after: { b: [2], c: null, d: null },
    });
    expect(differences({ a: 1 }, { a: 1 })).toBeNull();
    expect(differences(null, { a: 1 })).toEqual({ before: null, after: { a: 1 } });
    expect(differences(null, null)).toBeNull();
  });
});

describe('Failed attempts', () => {
  const backOff = { free: 5, firstWaitMs: 1_000, mostWaitMs: 60_000, forgetMs: 3_600_000 };

  it('cost longer and longer waits, up to an end', () => {
    const waits = [4, 5, 6, 7, 10, 11, 50].map((count) => waitMs({ count, lastAt: 0 }, backOff, 0));
    expect(waits).toEqual([0, 1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
  });

  it('are forgotten, and a wait passes', () => {
    expect(waitMs({ count: 6, lastAt: 0 }, backOff, 1_500)).toBe(500);
    expect(waitMs({ count: 6, lastAt: 0 }, backOff, 2_000)).toBe(0);
    expect(waitMs({ count: 50, lastAt: 0 }, backOff, 3_600_000)).toBe(0);
    expect(waitMs(undefined, backOff, 0)).toBe(0);
  });
});

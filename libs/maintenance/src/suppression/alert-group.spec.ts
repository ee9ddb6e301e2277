import { describe, expect, it } from 'vitest';
import { decideGroup, type GroupMember, type GroupSituation } from './alert-group.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 21, 12);

const member = (index: number, more: Partial<GroupMember> = {}): GroupMember => ({
  alertId: `lamp-${String(index).padStart(2, '0')}`,
  raisedAt: NOON + index * 1_000,
  state: 'waiting',
  waitsUntil: NOON + 15 * MINUTE,
  ...more,
});
const members = (count: number, more: Partial<GroupMember> = {}) =>
  Array.from({ length: count }, (_, index) => member(index, more));
const decide = (more: Partial<GroupSituation>) =>
  decideGroup({
    grouping: { atLeast: 3, withinMs: 15 * MINUTE },
    members: [],
    openSince: null,
    total: null,
    now: NOON + MINUTE,
    ...more,
  });
const NOTHING = { forms: null, isOver: false, join: [], wait: [], release: [] };

describe('a group of alerts', () => {
  it('begins with the member that makes it large enough', () => {
    expect(decide({ members: members(5) })).toEqual({
      ...NOTHING,
      forms: { since: NOON, decidedBy: 'lamp-02' },
      join: members(5).map(({ alertId }) => alertId),
    });
  });

  it('does not begin with too few, who wait and are let out in the end', () => {
    expect(decide({ members: members(2) })).toEqual(NOTHING);
    expect(decide({ members: members(2), now: NOON + 15 * MINUTE })).toEqual({
      ...NOTHING,
      release: ['lamp-00', 'lamp-01'],
    });
  });

  it('does not depend on the order of arrival, nor on when it is asked', () => {
    const late = { members: members(5).reverse(), now: NOON + 99 * MINUTE };

    expect(decide(late)).toEqual(decide({ members: members(5) }));
  });

  it('leaves out what failed long before, and takes in what is on its own already', () => {
    const old = member(0, { alertId: 'old', raisedAt: NOON - 20 * MINUTE, state: 'single' });
    const single = member(1, { alertId: 'single', state: 'single' });
    const { forms, join } = decide({ members: [old, single, member(2), member(3)] });

    expect(forms).toEqual({ since: NOON + 1_000, decidedBy: 'lamp-03' });
    expect(join).toEqual(['single', 'lamp-02', 'lamp-03']);
  });

  it('is no group when its members come too far apart', () => {
    const spread = Array.from({ length: 6 }, (_, index) => member(index, { raisedAt: NOON + index * 8 * MINUTE }));

    expect(decide({ members: spread })).toEqual(NOTHING);
  });

  it('needs its share of all', () => {
    const grouping = { atLeast: 3, share: 0.5, withinMs: 15 * MINUTE };

    expect(decide({ grouping, members: members(5), total: 11 })).toEqual(NOTHING);
    expect(decide({ grouping, members: members(6), total: 11 }).join).toHaveLength(6);
    expect(decide({ grouping, members: members(2), total: 2 })).toEqual(NOTHING);
  });

  it('takes in who comes later, as long as it is open', () => {
    const grouped = members(3, { state: 'grouped', waitsUntil: null });
    const late = member(0, { alertId: 'late', raisedAt: NOON + 90 * MINUTE });
    const early = member(0, { alertId: 'early', raisedAt: NOON - MINUTE, waitsUntil: NOON });

    expect(decide({ members: [...grouped, late, early], openSince: NOON })).toEqual({
      ...NOTHING,
      join: ['late'],
      release: ['early'],
    });
  });

  it('stays while enough are left, and has the rest wait again when it is over', () => {
    const grouped = members(3, { state: 'grouped', waitsUntil: null });

    expect(decide({ members: grouped, openSince: NOON })).toEqual(NOTHING);
    expect(decide({ members: grouped.slice(1), openSince: NOON })).toEqual({
      ...NOTHING,
      isOver: true,
      wait: ['lamp-01', 'lamp-02'],
    });
    expect(decide({ members: [], openSince: NOON })).toEqual({ ...NOTHING, isOver: true });
  });
});

import { idFrom } from '@stadtfunk/kernel';
import type { Alert, AlertChange, AlertSettlement, Grouping, Job } from '@stadtfunk/maintenance';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RulesRecords } from '../rules-records.ts';
import { clearOf, raiseOf, worsenOf } from './rules-records.ts';

export interface AlertSettlementHarness {
  readonly records: RulesRecords;
  readonly settlement: AlertSettlement;
  /** Puts up so many lamps, `lamp-0` and on, behind the cabinet C-12. */
  install(lamps: number): Promise<void>;
  start(jobId: string, at: number): Promise<void>;
  alerts(): Promise<readonly Alert[]>;
  jobs(): Promise<readonly Job[]>;
  /** What channels are told, oldest first. */
  outside(): Promise<readonly { readonly type: string; readonly data: Alert | Job }[]>;
}

const NOON = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WINDOW = 15 * MINUTE;
const TITLE = { de: 'Schaltschrank C-12 dunkel', en: 'Cabinet C-12 dark' };

/** Three lamps behind the cabinet C-12. */
export const LAMP_GROUPING: Grouping = {
  by: 'cabinet',
  value: 'C-12',
  atLeast: 3,
  withinMs: WINDOW,
  severity: 'critical',
  title: TITLE,
  job: { kind: 'repair', priority: 'urgent', dueMs: HOUR, title: TITLE, department: 'lighting' },
};

const lamp = (index: number, more: Parameters<typeof raiseOf>[1] = {}) =>
  raiseOf(`lamp-${index}`, { raisedAt: NOON + index * 1_000, grouping: LAMP_GROUPING, ...more });
const lamps = (count: number) => Array.from({ length: count }, (_, index) => lamp(index));
const over = (index: number, at = NOON + 30 * MINUTE) => clearOf(`lamp-${index}`, { clearedAt: at });

/** What all settlements promise of groups. `make` gives empty records. */
export function describeAlertSettlement(name: string, make: () => Promise<AlertSettlementHarness>): void {
  describe(`groups of alerts: ${name}`, () => {
    let harness: AlertSettlementHarness;
    let sequence = 0;

    beforeEach(async () => {
      harness = await make();
      await harness.records.positions('log-1', [0]);
      sequence = 0;
    });

    const commit = (changes: readonly AlertChange[], at = NOON) =>
      harness.records.commit({ logId: 'log-1', reached: [[0, ++sequence]], states: [], changes, at });
    const settle = (now: number) => harness.settlement.settle(now);
    const group = async () => (await harness.alerts()).find(({ subject }) => subject === 'group:cabinet:C-12');
    const jobs = () => harness.jobs();
    const outside = async () => (await harness.outside()).map(({ type, data }) => [type, data.assetId]);
    const outsideTypes = async () => (await outside()).map(([type]) => type);

    it('makes one alert and one job of many, and tells of nothing else', async () => {
      await commit(lamps(4));
      expect(await jobs()).toEqual([]);
      expect(await outsideTypes()).toEqual([]);
      expect(await settle(NOON + 2_000)).toBeGreaterThan(0);
      expect(await settle(NOON + 99 * MINUTE)).toBe(0);

      const [job, ...others] = await jobs();
      const alert = (await group())!;
      expect(others).toEqual([]);
      expect(job).toMatchObject({
        kind: 'repair',
        priority: 'urgent',
        title: TITLE,
        state: 'open',
        department: 'waste',
        dueAt: NOON + 2_000 + HOUR,
      });
      expect(job!.alertIds).toEqual([alert.alertId]);
      expect(alert).toMatchObject({ severity: 'critical', title: TITLE, members: 4, raisedAt: NOON + 2_000 });
      const members = (await harness.alerts()).filter(({ groupAlertId }) => groupAlertId === alert.alertId);
      expect(members).toHaveLength(4);
      expect(members[0]).toMatchObject({ suppression: { kind: 'byDesign', until: null }, clearedAt: null });
      expect(await outsideTypes()).toEqual(['alert.raised', 'job.created']);
    });

    it('takes in who fails later', async () => {
      await commit(lamps(3));
      await settle(NOON + 2_000);
      await commit([lamp(7)], NOON + HOUR);
      await settle(NOON + HOUR);

      expect(await group()).toMatchObject({ members: 4 });
      expect(await jobs()).toHaveLength(1);
      expect(await outsideTypes()).toEqual(['alert.raised', 'job.created']);
    });

    it('gives each its own job when they stay too few, after the window and not before', async () => {
      await commit(lamps(2));
      await settle(NOON + WINDOW - 1);
      expect(await jobs()).toEqual([]);
      await settle(NOON + WINDOW);
      await settle(NOON + WINDOW + 1);

      expect((await jobs()).map(({ assetId }) => assetId).sort()).toEqual(['lamp-0', 'lamp-1']);
      expect(await outside()).toEqual([
        ['alert.raised', 'lamp-0'],
        ['job.created', 'lamp-0'],
        ['alert.raised', 'lamp-1'],
        ['job.created', 'lamp-1'],
      ]);
      expect((await harness.alerts()).every(({ suppression }) => suppression === undefined)).toBe(true);
    });

    it('tells nobody of an alert that is over before its window', async () => {
      await commit([lamp(0)]);
      await commit([over(0)]);
      await settle(NOON + WINDOW);

      expect(await jobs()).toEqual([]);
      expect(await outsideTypes()).toEqual([]);
      expect(await harness.alerts()).toMatchObject([{ clearReason: 'measured' }]);
    });

    it('tells nobody that an alert becomes worse that is held back, and has it come out as it is then', async () => {
      await commit([lamp(0)]);
      await commit([worsenOf('lamp-0'), worsenOf('lamp-0', { severity: 'critical', priority: 'low' })], NOON + MINUTE);
      expect(await outsideTypes()).toEqual([]);
      await settle(NOON + WINDOW);

      expect(await harness.outside()).toMatchObject([
        { type: 'alert.raised', data: { severity: 'critical' } },
        { type: 'job.created', data: { priority: 'high' } },
      ]);
      await commit([raiseOf('lamp-1'), worsenOf('lamp-1')]);
      expect((await outsideTypes()).slice(2).sort()).toEqual([
        'alert.raised',
        'alert.worsened',
        'job.changed',
        'job.created',
      ]);
    });

    it('is as severe as the worst of its members, from when one becomes worse until it is over', async () => {
      const mild = { grouping: { ...LAMP_GROUPING, severity: 'minor' }, severity: 'minor' } as const;
      await commit([0, 1, 2, 3].map((index) => lamp(index, mild)));
      await settle(NOON + 2_000);
      expect(await group()).toMatchObject({ severity: 'minor' });

      await commit([worsenOf('lamp-1', { severity: 'major' })], NOON + MINUTE);
      expect(await outsideTypes()).toEqual(['alert.raised', 'job.created']);
      await settle(NOON + 2 * MINUTE);
      await settle(NOON + 3 * MINUTE);
      expect(await group()).toMatchObject({ severity: 'major', clearedAt: null });
      expect((await harness.outside()).slice(2)).toMatchObject([
        { type: 'alert.worsened', data: { subject: 'group:cabinet:C-12', severity: 'major' } },
      ]);

      await commit([over(1)], NOON + HOUR);
      await settle(NOON + HOUR);
      expect(await group()).toMatchObject({ severity: 'major', clearedAt: null });
      await commit([lamp(7, { ...mild, severity: 'critical' })], NOON + HOUR);
      await settle(NOON + HOUR + 2_000);
      expect(await group()).toMatchObject({ severity: 'critical', members: 5 });
    });

    it('begins as severe as the worst of those that make it', async () => {
      const mild = { grouping: { ...LAMP_GROUPING, severity: 'minor' }, severity: 'minor' } as const;
      await commit([lamp(0, mild), lamp(1, { ...mild, severity: 'critical' }), lamp(2, mild)]);
      await settle(NOON + 2_000);

      expect(await group()).toMatchObject({ severity: 'critical' });
      expect(await outsideTypes()).toEqual(['alert.raised', 'job.created']);
    });

    it('does not wait where the rule says so, and takes the jobs over that nobody has begun', async () => {
      const atOnce = { ...LAMP_GROUPING, atOnce: true };
      await commit([lamp(0, { grouping: atOnce }), lamp(1, { grouping: atOnce })]);
      expect(await outsideTypes()).toEqual(['alert.raised', 'job.created', 'alert.raised', 'job.created']);
      const begun = (await jobs()).find(({ assetId }) => assetId === 'lamp-0')!;
      await harness.start(begun.jobId, NOON + MINUTE);
      await commit([lamp(2, { grouping: atOnce })], NOON + 2 * MINUTE);
      await settle(NOON + 2 * MINUTE);

      expect(new Map((await jobs()).map(({ assetId, state }) => [assetId, state]))).toEqual(
        new Map([
          [null, 'open'],
          ['lamp-0', 'inProgress'],
          ['lamp-1', 'cancelled'],
          ['lamp-2', 'cancelled'],
        ]),
      );
    });

    it('is over when too few are left: the job is confirmed, and who does not recover is told after all', async () => {
      await commit(lamps(4));
      await settle(NOON + 2_000);
      const recovered = NOON + 30 * MINUTE;
      await commit([over(0), over(1)], recovered);
      await settle(recovered);
      expect(await group()).toMatchObject({ clearedAt: recovered, clearReason: 'measured' });
      expect(await jobs()).toMatchObject([{ state: 'verified', evidence: over(1).evidence }]);
      const waiting = (await harness.alerts()).filter(({ suppression, clearedAt }) => suppression && !clearedAt);
      expect(waiting).toHaveLength(2);

      await commit([over(2, recovered + MINUTE)], recovered + MINUTE);
      await settle(recovered + WINDOW);
      expect((await jobs()).map(({ assetId, state }) => [assetId, state])).toContainEqual(['lamp-3', 'open']);
      expect(await jobs()).toHaveLength(2);
    });

    it('gives back the job of a member that had one before', async () => {
      const atOnce = { ...LAMP_GROUPING, atOnce: true };
      await commit([0, 1, 2].map((index) => lamp(index, { grouping: atOnce })));
      await settle(NOON + MINUTE);
      await commit([over(0), over(1)], NOON + 30 * MINUTE);
      await settle(NOON + 30 * MINUTE);
      await settle(NOON + 30 * MINUTE + WINDOW);

      expect((await jobs()).find(({ assetId }) => assetId === 'lamp-2')).toMatchObject({ state: 'open', version: 3 });
      expect((await outsideTypes()).slice(-2)).toEqual(['alert.released', 'job.changed']);
    });

    it('opens the job of the group again when it is back within a day', async () => {
      await commit(lamps(3));
      await settle(NOON + 2_000);
      await commit(
        [0, 1, 2].map((index) => over(index)),
        NOON + 30 * MINUTE,
      );
      await settle(NOON + 30 * MINUTE);
      const again = [0, 1, 2].map((index) => {
        return lamp(index, { alertId: idFrom('again', index), raisedAt: NOON + HOUR + index, job: null });
      });
      await commit(again, NOON + HOUR);
      await settle(NOON + HOUR);

      expect(await jobs()).toMatchObject([{ state: 'open', version: 3 }]);
    });

    it('counts the share of all that could be members', async () => {
      const grouping = { ...LAMP_GROUPING, share: 0.5 };
      await harness.install(8);
      await commit([0, 1, 2].map((index) => lamp(index, { grouping })));
      await settle(NOON + MINUTE);
      expect(await group()).toBeUndefined();
      await commit([lamp(3, { grouping })], NOON + MINUTE);
      await settle(NOON + MINUTE);
      expect(await group()).toMatchObject({ members: 4 });
    });

    it('takes the outage of a cabinet with 500 lamps', async () => {
      const all = Array.from({ length: 500 }, (_, index) => lamp(index, { raisedAt: NOON + index * 240 }));
      for (let from = 0; from < 500; from += 100) {
        await commit(all.slice(from, from + 100), NOON + from * 240);
        await settle(NOON + from * 240 + 1_000);
      }
      await settle(NOON + HOUR);

      expect(await jobs()).toHaveLength(1);
      expect(await group()).toMatchObject({ members: 500 });
      expect(await outsideTypes()).toEqual(['alert.raised', 'job.created']);
    });
  });
}

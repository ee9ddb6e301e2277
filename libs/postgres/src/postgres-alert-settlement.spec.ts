import { idFrom } from '@stadtfunk/kernel';
import type { AlertChange, Grouping, WindowScope } from '@stadtfunk/maintenance';
import { clearOf, raiseOf } from '@stadtfunk/rules/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { PostgresAlertSettlement } from './postgres-alert-settlement.ts';
import { PostgresAlertSuppressions } from './postgres-alert-suppressions.ts';
import { PostgresMaintenanceStore } from './postgres-maintenance-store.ts';
import { PostgresOutbox } from './postgres-outbox.ts';
import { PostgresRulesRecords } from './postgres-rules-records.ts';
import { emptyTables, onEachDatabase } from './testing/each-database.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WINDOW = 15 * MINUTE;
const TITLE = { de: 'Schaltschrank C-12 dunkel', en: 'Cabinet C-12 dark' };
const GROUPING: Grouping = {
  by: 'cabinet',
  value: 'C-12',
  atLeast: 3,
  withinMs: WINDOW,
  severity: 'critical',
  title: TITLE,
  job: { kind: 'repair', priority: 'urgent', dueMs: HOUR, title: TITLE, department: 'lighting' },
};
const SCOPE: WindowScope = { assetIds: null, cabinetId: null, district: null, ruleId: null };

onEachDatabase((name, open) => {
  describe(`alerts that wait, on ${name}`, () => {
    let database: Database;
    let store: PostgresMaintenanceStore;
    let outbox: PostgresOutbox;
    let settlement: PostgresAlertSettlement;
    let suppressions: PostgresAlertSuppressions;
    let records: PostgresRulesRecords;
    let sequence = 0;

    beforeAll(async () => (database = await open()));
    afterAll(() => database.close());
    beforeEach(async () => {
      await emptyTables(database.pool);
      store = new PostgresMaintenanceStore(database);
      outbox = new PostgresOutbox(database);
      settlement = new PostgresAlertSettlement(database);
      suppressions = new PostgresAlertSuppressions(database);
      records = new PostgresRulesRecords(database);
      await records.positions('log-1', [0]);
      sequence = 0;
    });

    const commit = (changes: readonly AlertChange[], at = NOON) =>
      records.commit({ logId: 'log-1', reached: [[0, ++sequence]], states: [], changes, at });
    const settle = (now: number) => settlement.settle(now);
    const lamp = (index: number, more: Parameters<typeof raiseOf>[1] = {}) =>
      raiseOf(`lamp-${index}`, { raisedAt: NOON + index * 1_000, grouping: GROUPING, ...more });
    const lamps = (count: number) => Array.from({ length: count }, (_, index) => lamp(index));
    const over = (index: number, at = NOON + 30 * MINUTE) => clearOf(`lamp-${index}`, { clearedAt: at });
    const alerts = async () => (await store.listAlerts({ limit: 1_000 })).items;
    const group = async () => (await alerts()).find(({ subject }) => subject === 'group:cabinet:C-12');
    const jobs = async () => (await store.listJobs({ limit: 1_000 })).items;
    const outside = async () => (await outbox.waiting(1_000)).map(({ type, data }) => [type, data.assetId]);
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
      });
      expect(job!.alertIds).toEqual([alert.alertId]);
      expect(alert).toMatchObject({ severity: 'critical', title: TITLE, members: 4, raisedAt: NOON + 2_000 });
      const members = (await alerts()).filter(({ groupAlertId }) => groupAlertId === alert.alertId);
      expect(members).toHaveLength(4);
      expect(members[0]).toMatchObject({ suppression: { kind: 'byDesign', until: null }, clearedAt: null });
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
      expect((await alerts()).every(({ suppression }) => suppression === undefined)).toBe(true);
    });

    it('tells nobody of an alert that is over before its window', async () => {
      await commit([lamp(0)]);
      await commit([over(0)]);
      await settle(NOON + WINDOW);

      expect(await jobs()).toEqual([]);
      expect(await outsideTypes()).toEqual([]);
      expect(await alerts()).toMatchObject([{ clearReason: 'measured' }]);
    });

    it('does not wait where the rule says so, and takes the jobs over that nobody has begun', async () => {
      const atOnce = { ...GROUPING, atOnce: true };
      await commit([lamp(0, { grouping: atOnce }), lamp(1, { grouping: atOnce })]);
      expect(await outsideTypes()).toEqual(['alert.raised', 'job.created', 'alert.raised', 'job.created']);
      const begun = (await jobs()).find(({ assetId }) => assetId === 'lamp-0')!;
      await store.moveJob({ jobId: begun.jobId, action: 'start', actor: 'Anna Weber', at: NOON + MINUTE });
      await commit([lamp(2, { grouping: atOnce })], NOON + 2 * MINUTE);
      await settle(NOON + 2 * MINUTE);

      const states = (await jobs()).map(({ assetId, state }) => [assetId, state]);
      expect(new Map(states as [string, string][])).toEqual(
        new Map([
          [null, 'open'],
          ['lamp-0', 'inProgress'],
          ['lamp-1', 'cancelled'],
          ['lamp-2', 'cancelled'],
        ] as never),
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
      expect((await alerts()).filter(({ suppression, clearedAt }) => suppression && !clearedAt)).toHaveLength(2);

      await commit([over(2, recovered + MINUTE)], recovered + MINUTE);
      await settle(recovered + WINDOW);
      expect((await jobs()).map(({ assetId, state }) => [assetId, state])).toContainEqual(['lamp-3', 'open']);
      expect(await jobs()).toHaveLength(2);
    });

    it('gives back the job of a member that had one before', async () => {
      const atOnce = { ...GROUPING, atOnce: true };
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
      const grouping = { ...GROUPING, share: 0.5 };
      await database.pool.query(
        `insert into assets (asset_id, type, location, attributes)
         select 'lamp-' || n, 'Streetlight', '{}', '{"refStreetlightControlCabinet":"C-12"}' from generate_series(0, 7) n`,
      );
      await database.pool.query(
        `insert into devices (device_id, model, password_hash) select 'd-' || n, 'x', 'x' from generate_series(0, 7) n`,
      );
      await database.pool.query(
        `insert into bindings (device_id, asset_id) select 'd-' || n, 'lamp-' || n from generate_series(0, 7) n`,
      );
      await commit([0, 1, 2].map((index) => lamp(index, { grouping })));
      await settle(NOON + MINUTE);
      expect(await group()).toBeUndefined();
      await commit([lamp(3, { grouping })], NOON + MINUTE);
      await settle(NOON + MINUTE);
      expect(await group()).toMatchObject({ members: 4 });
    });

    it('makes one group of what several settle at the same moment', async () => {
      await commit(lamps(5));
      await Promise.all(Array.from({ length: 4 }, () => new PostgresAlertSettlement(database).settle(NOON + MINUTE)));
      await settle(NOON + MINUTE);

      expect(await jobs()).toHaveLength(1);
      expect(await outsideTypes()).toEqual(['alert.raised', 'job.created']);
    });

    const shelve = (alertId: string, until: number, scope: 'alert' | 'problem' = 'problem') =>
      suppressions.shelve({ alertId, scope, until, reason: 'Baustelle', actor: 'Anna Weber', at: NOON + MINUTE });

    it('shelves an alert until its time, and says then what is still wrong', async () => {
      await commit([raiseOf('bin-1')]);
      const { alertId } = raiseOf('bin-1');
      expect(await shelve(alertId, NOON + HOUR)).toMatchObject({
        suppression: { kind: 'shelved', until: NOON + HOUR },
      });
      await settle(NOON + HOUR - 1);
      expect((await outsideTypes()).at(-1)).toBe('alert.shelved');
      await settle(NOON + HOUR);

      expect((await store.findAlert(alertId))!.suppression).toBeUndefined();
      expect((await outsideTypes()).at(-1)).toBe('alert.released');
      expect(await jobs()).toHaveLength(1);
      expect((await suppressions.listShelves({ limit: 10 })).items).toMatchObject([
        { alertId, reason: 'Baustelle', shelvedBy: 'Anna Weber', until: NOON + HOUR, endedAt: null },
      ]);
      expect((await suppressions.listShelves({ limit: 10, endingAfter: NOON + HOUR })).items).toEqual([]);
    });

    it('shelves what the problem raises meanwhile, and opens its job at the end', async () => {
      await commit([raiseOf('bin-1')]);
      await shelve(raiseOf('bin-1').alertId, NOON + HOUR);
      await commit([clearOf('bin-1', { clearedAt: NOON + 2 * MINUTE })]);
      const again = raiseOf('bin-1', { alertId: idFrom('again'), raisedAt: NOON + 3 * MINUTE, ruleId: 'bin-full' });
      await commit([again], NOON + 3 * MINUTE);
      expect(await store.findAlert(again.alertId)).toMatchObject({ suppression: { kind: 'shelved' } });
      expect((await jobs())[0]).toMatchObject({ state: 'verified' });
      await settle(NOON + HOUR);

      expect((await jobs())[0]).toMatchObject({ state: 'open' });
    });

    it('ends a shelf when somebody says so, and keeps who did', async () => {
      await commit([raiseOf('bin-1')]);
      const { alertId } = raiseOf('bin-1');
      await shelve(alertId, NOON + HOUR);
      await suppressions.unshelve(alertId, 'Bernd Kraus', NOON + 2 * MINUTE);
      await settle(NOON + 2 * MINUTE);

      expect((await store.findAlert(alertId))!.suppression).toBeUndefined();
      expect((await suppressions.listShelves({ limit: 10 })).items).toMatchObject([
        { endedAt: NOON + 2 * MINUTE, endedBy: 'Bernd Kraus' },
      ]);
      expect(await suppressions.unshelve(alertId, 'Bernd Kraus', NOON)).toMatchObject({ code: 'alert.notShelved' });
    });

    it('refuses shelves that cannot be', async () => {
      await commit([raiseOf('bin-1'), clearOf('bin-1'), raiseOf('bin-2')]);

      expect(await shelve(raiseOf('bin-1').alertId, NOON + HOUR)).toMatchObject({ code: 'alert.cleared' });
      expect(await shelve(idFrom('nobody'), NOON + HOUR)).toMatchObject({ code: 'alert.unknown' });
      expect(await shelve('x', NOON + HOUR)).toMatchObject({ code: 'alert.unknown' });
      expect(await shelve(raiseOf('bin-2').alertId, NOON)).toMatchObject({ code: 'shelf.endsInPast' });
      expect(await shelve(raiseOf('bin-2').alertId, NOON + 31 * 24 * HOUR)).toMatchObject({ code: 'shelf.tooLong' });
    });

    const plan = (scope: Partial<WindowScope>, endsAt = NOON + HOUR) =>
      suppressions.addWindow({
        scope: { ...SCOPE, ...scope },
        startsAt: NOON - HOUR,
        endsAt,
        reason: 'Kabel',
        actor: 'Anna Weber',
        at: NOON - HOUR,
      });

    it('records what is raised in a maintenance window, and tells of it when it is over', async () => {
      const window = await plan({ assetIds: ['bin-1'] });
      expect(window).toMatchObject({ reason: 'Kabel', createdBy: 'Anna Weber' });
      await commit([raiseOf('bin-1'), raiseOf('bin-2')]);
      expect((await jobs()).map(({ assetId }) => assetId)).toEqual(['bin-2']);
      expect(await store.findAlert(raiseOf('bin-1').alertId)).toMatchObject({
        suppression: { kind: 'outOfService', until: NOON + HOUR },
      });
      await settle(NOON + HOUR);

      expect(await jobs()).toHaveLength(2);
      expect((await outside()).slice(-2)).toEqual([
        ['alert.raised', 'bin-1'],
        ['job.created', 'bin-1'],
      ]);
    });

    it('covers a cabinet, a district and a rule, and makes one job of what is left at the end', async () => {
      await database.pool.query(
        `insert into assets (asset_id, type, location, district, attributes)
         select 'lamp-' || n, 'Streetlight', '{}', 'Nord', '{"refStreetlightControlCabinet":"C-12"}' from generate_series(0, 3) n`,
      );
      await plan({ cabinetId: 'C-12', district: 'Nord', ruleId: 'bin-full' });
      await commit(lamps(4));
      await settle(NOON + 30 * MINUTE);
      expect(await jobs()).toEqual([]);
      await settle(NOON + HOUR);

      expect((await jobs()).map(({ title }) => title)).toEqual([TITLE]);
      expect(await outsideTypes()).toEqual(['alert.raised', 'job.created']);
    });

    it('ends a window before its time, once, and keeps who did', async () => {
      const window = await plan({ ruleId: 'bin-full' });
      const { windowId } = window as { windowId: string };
      await commit([raiseOf('bin-1')]);
      const ended = await suppressions.endWindow(windowId, 'Bernd Kraus', NOON + MINUTE);
      expect(ended).toMatchObject({ endedAt: NOON + MINUTE, endedBy: 'Bernd Kraus' });
      expect(await suppressions.endWindow(windowId, 'Anna Weber', NOON + 2 * MINUTE)).toEqual(ended);
      expect(await suppressions.findWindow(windowId)).toEqual(ended);
      await settle(NOON + MINUTE);

      expect(await jobs()).toHaveLength(1);
      expect((await suppressions.listWindows({ limit: 10 })).items).toEqual([ended]);
      expect((await suppressions.listWindows({ limit: 10, endingAfter: NOON })).items).toEqual([]);
    });

    it('keeps an alert back as long as any window covers it', async () => {
      await plan({ ruleId: 'bin-full' });
      await plan({ assetIds: ['bin-1'] }, NOON + 3 * HOUR);
      await commit([raiseOf('bin-1')]);
      await settle(NOON + HOUR);
      expect(await jobs()).toEqual([]);
      await settle(NOON + 3 * HOUR);
      expect(await jobs()).toHaveLength(1);
    });

    it('refuses windows that cannot be', async () => {
      expect(await plan({})).toMatchObject({ code: 'window.scopeMissing' });
      expect(await plan({ ruleId: 'x' }, NOON - 2 * HOUR)).toMatchObject({ code: 'window.endsBeforeStart' });
      expect(await plan({ ruleId: 'x' }, NOON + 100 * 24 * HOUR)).toMatchObject({ code: 'window.tooLong' });
      expect(await suppressions.endWindow(idFrom('x'), 'Anna', NOON)).toMatchObject({ code: 'window.unknown' });
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
});

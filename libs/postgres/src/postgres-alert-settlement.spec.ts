import { idFrom } from '@stadtfunk/kernel';
import type { AlertChange, WindowScope } from '@stadtfunk/maintenance';
import { clearOf, describeAlertSettlement, LAMP_GROUPING, raiseOf } from '@stadtfunk/rules/testing';
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
const SCOPE: WindowScope = { assetIds: null, cabinetId: null, district: null, ruleId: null };

async function install({ pool }: Database, lamps: number): Promise<void> {
  const all = [lamps - 1];
  await pool.query(
    `insert into assets (asset_id, type, location, attributes)
     select 'lamp-' || n, 'Streetlight', '{}', '{"refStreetlightControlCabinet":"C-12"}' from generate_series(0, $1::int) n`,
    all,
  );
  await pool.query(
    `insert into devices (device_id, model, password_hash) select 'd-' || n, 'x', 'x' from generate_series(0, $1::int) n`,
    all,
  );
  await pool.query(
    `insert into bindings (device_id, asset_id) select 'd-' || n, 'lamp-' || n from generate_series(0, $1::int) n`,
    all,
  );
}

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

    describeAlertSettlement(name, async () => ({
      records,
      settlement,
      install: (lamps) => install(database, lamps),
      start: async (jobId, at) => {
        await store.moveJob({ jobId, action: 'start', actor: 'Anna Weber', at });
      },
      alerts: async () => (await store.listAlerts({ limit: 1_000 })).items,
      jobs: async () => (await store.listJobs({ limit: 1_000 })).items,
      outside: () => outbox.waiting(1_000),
    }));

    const commit = (changes: readonly AlertChange[], at = NOON) =>
      records.commit({ logId: 'log-1', reached: [[0, ++sequence]], states: [], changes, at });
    const settle = (now: number) => settlement.settle(now);
    const lamp = (index: number, more: Parameters<typeof raiseOf>[1] = {}) =>
      raiseOf(`lamp-${index}`, { raisedAt: NOON + index * 1_000, grouping: LAMP_GROUPING, ...more });
    const lamps = (count: number) => Array.from({ length: count }, (_, index) => lamp(index));
    const jobs = async () => (await store.listJobs({ limit: 1_000 })).items;
    const outside = async () => (await outbox.waiting(1_000)).map(({ type, data }) => [type, data.assetId]);
    const outsideTypes = async () => (await outside()).map(([type]) => type);

    it('makes one group of what several settle at the same moment', async () => {
      await commit(lamps(5));
      await Promise.all(Array.from({ length: 4 }, () => new PostgresAlertSettlement(database).settle(NOON + MINUTE)));
      await settle(NOON + MINUTE);

      expect(await jobs()).toHaveLength(1);
      expect(await outsideTypes()).toEqual(['alert.raised', 'job.created']);
    });

    const shelve = (alertId: string, until: number, scope: 'alert' | 'problem' = 'problem') =>
      suppressions.shelve({ alertId, scope, until, reason: 'Baustelle', actor: 'Anna Weber', at: NOON + MINUTE });

    it('lists those that stand behind a group, and nothing for what is no group', async () => {
      await install(database, 7);
      await commit([...lamps(5), raiseOf('lamp-6', { raisedAt: NOON })]);
      await settle(NOON + HOUR);
      const found = (groupAlertId: string) => store.listAlerts({ groupAlertId, limit: 10 });
      const group = (await store.listAlerts({ limit: 10 })).items.find(({ members }) => members !== undefined);

      expect((await found(group!.alertId)).items.map(({ assetId }) => assetId).sort()).toEqual([
        'lamp-0',
        'lamp-1',
        'lamp-2',
        'lamp-3',
        'lamp-4',
      ]);
      expect((await found(group!.alertId.replace(/.$/, '!'))).items).toEqual([]);
    });

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

    it('tells live pages, and nobody outside, which maintenance window was planned or ended', async () => {
      const before = await store.lastEvent();
      const window = await plan({ assetIds: ['bin-1'] });
      if ('code' in window) throw new Error(window.detail);
      const { windowId } = window;
      await suppressions.endWindow(windowId, 'Bernd Kraus', NOON);
      // Ended already: there is nothing to tell.
      await suppressions.endWindow(windowId, 'Anna Weber', NOON + MINUTE);

      const told = (await store.events(before, 10)).map(({ type, data }) => [type, data]);
      expect(told).toEqual([
        ['window.changed', { windowId }],
        ['window.changed', { windowId }],
      ]);
      expect(await outsideTypes()).toEqual([]);
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

      expect((await jobs()).map(({ title }) => title)).toEqual([LAMP_GROUPING.title]);
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

    it('forgets shelves and windows that were over long ago, some at a time', async () => {
      await commit([raiseOf('bin-1'), raiseOf('bin-2')]);
      await shelve(raiseOf('bin-1').alertId, NOON + HOUR);
      await shelve(raiseOf('bin-2').alertId, NOON + 3 * HOUR);
      await plan({ ruleId: 'x' });
      const later = await plan({ ruleId: 'y' }, NOON + 3 * HOUR);

      expect(await suppressions.purge(NOON + HOUR, 10)).toBe(0);
      expect(await suppressions.purge(NOON + 2 * HOUR, 1)).toBe(1);
      expect(await suppressions.purge(NOON + 2 * HOUR, 1)).toBe(1);
      expect(await suppressions.purge(NOON + 2 * HOUR, 1)).toBe(0);
      expect((await suppressions.listShelves({ limit: 10 })).items).toMatchObject([{ until: NOON + 3 * HOUR }]);
      expect((await suppressions.listWindows({ limit: 10 })).items).toEqual([later]);
    });

    it('refuses windows that cannot be', async () => {
      expect(await plan({})).toMatchObject({ code: 'window.scopeMissing' });
      expect(await plan({ ruleId: 'x' }, NOON - 2 * HOUR)).toMatchObject({ code: 'window.endsBeforeStart' });
      expect(await plan({ ruleId: 'x' }, NOON + 100 * 24 * HOUR)).toMatchObject({ code: 'window.tooLong' });
      expect(await suppressions.endWindow(idFrom('x'), 'Anna', NOON)).toMatchObject({ code: 'window.unknown' });
    });
  });
});

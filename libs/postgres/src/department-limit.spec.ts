import { randomUUID } from 'node:crypto';
import { aJob, anAlert } from '@stadtfunk/maintenance/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { PostgresDeadLetterOffice } from './postgres-dead-letter-office.ts';
import { PostgresHandoverRecords } from './postgres-handover-records.ts';
import { PostgresOutbox } from './postgres-outbox.ts';
import { PostgresShadowAlerts } from './postgres-shadow-alerts.ts';
import { emptyTables, onEachDatabase } from './testing.ts';
import { putJob } from './testing/put-job.ts';

const PAGE = { limit: 10 };
const WASTE = aJob('of-waste', { department: 'waste' }).jobId;
const PARKING = aJob('of-parking', { department: 'parking' }).jobId;
const { alertId: PARKED } = anAlert('parked');

onEachDatabase((name, open) => {
  describe(`What somebody of a department sees on ${name}`, () => {
    let database: Database;
    beforeAll(async () => {
      database = await open();
      const { pool } = database;
      await emptyTables(pool);
      // The bin belongs to `waste` by its type, the bay to `parking` by name.
      await pool.query(`insert into assets (asset_id, type, location, department, attributes) values
        ('bin', 'WasteContainer', '{}', null, '{}'), ('bay', 'WasteContainer', '{}', 'parking', '{}')`);
      for (const [device, asset] of [
        ['on-bin', 'bin'],
        ['on-bay', 'bay'],
        ['in-stock', null],
      ]) {
        await pool.query(
          `insert into devices (device_id, model, lifecycle, password_hash) values ($1, 'x', 'active', 'x')`,
          [device],
        );
        if (asset) await pool.query('insert into bindings (device_id, asset_id) values ($1, $2)', [device, asset]);
      }
      // It sat on the bin once.
      await pool.query(`insert into bindings (device_id, asset_id, bound_at, unbound_at)
        values ('in-stock', 'bin', now() - interval '2 days', now() - interval '1 day')`);
      await putJob(database, aJob('of-waste', { department: 'waste' }));
      await putJob(database, aJob('of-parking', { department: 'parking' }));
    });
    afterAll(() => database.close());

    it('are dead letters and quarantined readings of devices on its assets', async () => {
      for (const [index, device] of ['on-bin', 'on-bay', 'in-stock', 'unregistered'].entries()) {
        await database.pool.query(
          `insert into dead_letters (log_id, partition, sequence, device_id, topic, received_at, qos, payload, code, detail)
           values ('log', 0, $1, $2, 't', now(), 1, '', 'x.y', 'x')`,
          [index, device],
        );
        await database.pool.query(
          `insert into quarantined_readings (device_id, received_at, code, values) values ($1, now(), 'x.y', '{}')`,
          [device],
        );
      }
      const office = new PostgresDeadLetterOffice(database);
      const letters = async (more: object) =>
        (await office.list({ ...PAGE, ...more })).items.map(({ deviceId }) => deviceId);
      const quarantined = async (more: object) =>
        (await office.listQuarantined({ ...PAGE, ...more })).items.map(({ deviceId }) => deviceId);

      for (const list of [letters, quarantined]) {
        expect(await list({})).toHaveLength(4);
        expect(await list({ departments: ['waste'] })).toEqual(['on-bin']);
        expect(await list({ departments: ['parking', 'waste'] })).toEqual(['on-bay', 'on-bin']);
        expect(await list({ departments: [] })).toEqual([]);
      }
      expect(await office.retry({ code: 'x.y', departments: ['waste'] })).toBe(1);
      expect(await letters({ state: 'retry' })).toEqual(['on-bin']);
    });

    it('are hand-overs of its jobs', async () => {
      const records = new PostgresHandoverRecords(database);
      for (const jobId of [WASTE, PARKING]) await records.open({ target: 'desk', jobId }, 1);
      const jobs = async (more: object) => (await records.list({ ...PAGE, ...more })).items.map(({ jobId }) => jobId);

      expect(await jobs({})).toHaveLength(2);
      expect(await jobs({ departments: ['waste'] })).toEqual([WASTE]);
      expect(await jobs({ departments: ['lighting'] })).toEqual([]);
    });

    it('are shadow alerts on its assets, and those that would have been its jobs', async () => {
      for (const [asset, job] of [
        ['bin', null],
        ['bay', null],
        [null, { department: 'waste' }],
        ['bay', { department: 'lighting' }],
      ]) {
        await database.pool.query(
          `insert into shadow_alerts (alert_id, rule_id, rule_version, severity, title, subject, asset_id, device_id,
             raised_at, raised_by, job) values ($1::uuid, 'r', '1', 'minor', '{}', $1::uuid::text, $2, 'd', now(), '{}', $3)`,
          [randomUUID(), asset, job && JSON.stringify(job)],
        );
      }
      const shadows = new PostgresShadowAlerts(database);
      const assets = async (more: object) =>
        (await shadows.list({ ...PAGE, ...more })).items.map(({ assetId }) => assetId).sort();

      expect(await assets({})).toHaveLength(4);
      expect(await assets({ departments: ['waste'] })).toEqual(['bin', null]);
      expect(await assets({ departments: ['lighting'] })).toEqual(['bay']);
    });

    it('are deliveries of events of its jobs, and of alerts that concern it', async () => {
      await database.pool.query(
        `insert into alerts (alert_id, rule_id, rule_version, severity, title, subject, device_id, raised_at, raised_by)
         values ($1, 'r', '1', 'minor', '{}', 's', 'd', now(), '{}')`,
        [PARKED],
      );
      await database.pool.query('insert into job_alerts (job_id, alert_id) values ($1, $2)', [WASTE, PARKED]);
      const events = [
        { jobId: WASTE, department: 'waste', assetId: 'bay' },
        { jobId: PARKING, department: 'parking', assetId: 'bin' },
        { alertId: randomUUID(), assetId: 'bin' },
        { alertId: PARKED, assetId: 'bay' },
        { alertId: randomUUID(), assetId: null },
      ];
      await database.pool.query('delete from outbox');
      for (const [index, data] of events.entries()) {
        await database.pool.query(`insert into outbox (event_id, type, at, data) values ($1, 'x', now(), $2)`, [
          1_000 + index,
          JSON.stringify(data),
        ]);
        await database.pool.query(
          `insert into deliveries (event_id, channel, attempts, given_up_at) values ($1, 'mail', 12, now())`,
          [1_000 + index],
        );
      }
      const outbox = new PostgresOutbox(database);
      const given = async (departments?: readonly string[]) =>
        (await outbox.listGivenUp(null, 10, departments)).map(({ eventId }) => eventId - 1_000);

      expect(await given()).toEqual([0, 1, 2, 3, 4]);
      expect(await given(['waste'])).toEqual([0, 2, 3]);
      expect(await given(['parking'])).toEqual([1, 3]);
      expect(await given([])).toEqual([]);
    });
  });
});

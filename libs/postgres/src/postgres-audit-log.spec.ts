import { randomUUID } from 'node:crypto';
import type { AuditDraft, AuditedThing } from '@stadtfunk/accounts';
import { aNewAccount } from '@stadtfunk/accounts/testing';
import type { Asset, Device } from '@stadtfunk/devices';
import { anAlert } from '@stadtfunk/maintenance/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { applyAlertChanges } from './alert-changes.ts';
import type { Database } from './database.ts';
import { PostgresAccountStore } from './postgres-account-store.ts';
import { PostgresAlertSuppressions } from './postgres-alert-suppressions.ts';
import { PostgresAuditLog } from './postgres-audit-log.ts';
import { PostgresDeadLetterOffice } from './postgres-dead-letter-office.ts';
import { PostgresDeviceRegistry } from './postgres-device-registry.ts';
import { PostgresMaintenanceStore } from './postgres-maintenance-store.ts';
import { PostgresOneTimeCodes } from './postgres-one-time-codes.ts';
import { PostgresRegistryBatch } from './postgres-registry-batch.ts';
import { PostgresRuleVersions } from './postgres-rule-versions.ts';
import { PostgresSessionStore } from './postgres-session-store.ts';
import { emptyTables, onEachDatabase } from './testing.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const ALERT = anAlert('a');
const ASSET: Asset = {
  ...{ assetId: 'bin-1', type: 'WasteContainer', name: null, district: null, address: null, department: 'waste' },
  location: { type: 'Point', coordinates: [8.9, 50.1] },
  attributes: {},
};
const DEVICE: Device = {
  ...({ deviceId: 'd-1', model: 'x', lifecycle: 'active', imei: null, iccid: null } as const),
  ...{ uplinkTopic: null, reportingIntervalMs: null },
};
const STEP = { alertIds: [ALERT.alertId], actor: 'k.roth', at: NOON + 5 };
const JOB = { kind: 'repair', title: { de: 'x', en: 'x' }, department: 'waste', priority: 'normal' } as const;

interface Step {
  readonly name: string;
  readonly thing: AuditedThing | null;
  readonly take: (database: Database, accountId: string) => Promise<unknown>;
  /** What the entry says. */
  readonly entry: object;
}

const many = (kind: string): AuditedThing => ({ kind, id: null });

/** What changes several things, or what has no id before. */
const STEPS: readonly Step[] = [
  {
    name: 'acknowledging alerts',
    thing: many('alert'),
    take: (database) => new PostgresMaintenanceStore(database).acknowledgeAlerts(STEP),
    entry: { after: { acknowledged: [ALERT.alertId] } },
  },
  {
    name: 'shelving alerts',
    thing: many('alert'),
    take: (database) =>
      new PostgresAlertSuppressions(database).shelveAll({ ...STEP, scope: 'alert', until: NOON + 60_000, reason: 'x' }),
    entry: { after: { shelved: [ALERT.alertId] } },
  },
  {
    name: 'giving the jobs of alerts to somebody',
    thing: many('alert'),
    take: (database) => new PostgresMaintenanceStore(database).assignAlerts({ ...STEP, assignee: 'Bernd' }),
    entry: {
      before: { jobs: [{ state: 'open', assignee: null }] },
      after: { jobs: [{ state: 'assigned', assignee: 'Bernd' }] },
    },
  },
  {
    name: 'an import',
    thing: { kind: 'import', id: 'assets' },
    take: (database) =>
      new PostgresRegistryBatch(database).change({ assetIds: ['bin-1'], deviceIds: ['d-1'], imeis: [] }, () => ({
        ...{ newAssets: [{ ...ASSET, assetId: 'passage-2' }], assets: [{ ...ASSET, name: 'Kiosk' }], newDevices: [] },
        ...{ devices: [], bindings: [{ deviceId: 'd-1', assetId: 'bin-1' }] },
      })),
    entry: {
      before: { assets: [{ assetId: 'bin-1', name: null }], bindings: [{ deviceId: 'd-1', assetId: null }] },
      after: {
        counts: { newAssets: 1, assets: 1, newDevices: 0, devices: 0, bindings: 1 },
        assets: [{ assetId: 'passage-2' }, { assetId: 'bin-1', name: 'Kiosk' }],
        bindings: [{ deviceId: 'd-1', assetId: 'bin-1' }],
      },
    },
  },
  {
    name: 'a new job',
    thing: many('job'),
    take: (database) =>
      new PostgresMaintenanceStore(database).createJob({
        ...JOB,
        ...{ jobId: randomUUID(), description: null, crew: null, draftedFor: 'waste', assignee: null },
        ...{ assetId: 'bin-1', deviceId: null, place: null, dueAt: null, alertId: null, actor: 'k.roth', at: NOON },
      }),
    entry: { thing: { kind: 'job', id: expect.any(String) as string }, after: { department: 'waste', state: 'open' } },
  },
  {
    name: 'a new maintenance window',
    thing: many('window'),
    take: (database) =>
      new PostgresAlertSuppressions(database).addWindow({
        scope: { assetIds: ['bin-1'], cabinetId: null, district: null, ruleId: null },
        ...{ startsAt: NOON, endsAt: NOON + 60_000, reason: 'x', actor: 'k.roth', at: NOON },
      }),
    entry: { thing: { kind: 'window', id: expect.any(String) as string }, after: { reason: 'x' } },
  },
  {
    name: 'a new account',
    thing: many('account'),
    take: (database) => new PostgresAccountStore(database).create(aNewAccount('m.weber')),
    entry: { thing: { kind: 'account', id: expect.any(String) as string }, after: { name: 'm.weber' } },
  },
  {
    name: 'a link to set a password',
    thing: null,
    take: (database, accountId) =>
      new PostgresOneTimeCodes(database).issue({
        ...{ codeHash: 'hash', purpose: 'setPassword', accountId, expiresAt: NOON },
      }),
    entry: { after: { purpose: 'setPassword' } },
  },
  {
    name: 'the end of sessions',
    thing: null,
    take: (database, accountId) => new PostgresSessionStore(database).endAll(accountId, null),
    entry: { after: { ended: 1 } },
  },
  {
    name: 'another password of a device',
    thing: { kind: 'device', id: 'd-1' },
    take: (database) => new PostgresDeviceRegistry(database).setPassword('d-1', 'another'),
    entry: { after: { renewed: true } },
  },
  {
    name: 'another try of dead letters',
    thing: many('letter'),
    take: (database) => new PostgresDeadLetterOffice(database).retry({ code: 'payload.truncated' }),
    entry: { before: { state: 'open' }, after: { state: 'retry', letters: 1 } },
  },
  {
    name: 'a new version of a rule',
    thing: { kind: 'rule', id: 'waste.full' },
    take: (database) =>
      new PostgresRuleVersions(database).save({
        ...{ ruleId: 'waste.full', state: 'draft', yaml: 'x', ruleVersion: null, author: 'k.roth', reason: 'x' },
        ...{ restores: null, expected: 0, savedAt: NOON },
      }),
    entry: { before: { number: 0 }, after: { number: 1, state: 'draft' } },
  },
];

onEachDatabase((name, open) => {
  describe(`The audit log on ${name}`, () => {
    let database: Database;
    let log: PostgresAuditLog;
    let accountId: string;
    beforeAll(async () => {
      database = await open();
      log = new PostgresAuditLog(database);
    });
    afterAll(() => database.close());
    beforeEach(async () => {
      await emptyTables(database.pool);
      const registry = new PostgresDeviceRegistry(database);
      await registry.createAsset(ASSET);
      await registry.createDevice(DEVICE, 'hash', null);
      const evidence = ALERT.raisedBy;
      const job = { ...JOB, jobId: randomUUID(), dueAt: null };
      const client = await database.pool.connect();
      await applyAlertChanges(client, [{ type: 'raise', ...ALERT, evidence, job }], NOON).finally(() =>
        client.release(),
      );
      const accounts = new PostgresAccountStore(database);
      const account = await accounts.create(aNewAccount('k.roth'));
      if (typeof account === 'string') throw new Error(account);
      ({ accountId } = account);
      // Nobody else has sessions.
      await accounts.setPassword(accountId, 'hash');
      await new PostgresSessionStore(database).open({
        ...{ keyHash: 'key', accountId, method: 'password', at: NOON, expiresAt: NOON + 60_000 },
        ...{ address: null, agent: null },
      });
      await database.pool.query(`insert into dead_letters
        (log_id, partition, sequence, device_id, topic, received_at, qos, payload, code, detail)
        values ('log', 0, 1, 'd-1', 't', now(), 1, '', 'payload.truncated', 'x')`);
    });

    const draftOf = (thing: AuditedThing | null): AuditDraft => ({
      ...{ at: NOON, accountId: null, actor: 'admin', way: 'token', address: null, permission: null },
      ...{ action: 'POST /api/v1/x', thing, asked: null, requestId: null },
    });
    const during = (thing: AuditedThing | null, work: () => Promise<unknown>) =>
      log.during(draftOf(thing), work, () => ({ thing: null, after: 'after the transaction' }));
    const entries = async () => (await log.list({ limit: 10 })).items;

    it.each(STEPS)('has $name in the transaction of the change', async ({ thing, take, entry }) => {
      await during(thing, () => take(database, accountId));

      expect(await entries()).toEqual([expect.objectContaining({ actor: 'admin', outcome: 'done' })]);
      expect(await entries()).toMatchObject([entry]);
    });

    it.each(STEPS)('keeps $name from being done without an entry', async ({ thing, take, entry }) => {
      await database.pool.query('alter table audit_entries add constraint no_more check (false) not valid');
      try {
        await expect(during(thing, () => take(database, accountId))).rejects.toMatchObject({ code: 'records.failed' });
      } finally {
        await database.pool.query('alter table audit_entries drop constraint no_more');
      }
      // It was not done: now it is, and says the same.
      await during(thing, () => take(database, accountId));
      expect(await entries()).toMatchObject([entry]);
    });

    it('says of what changed nothing what was answered', async () => {
      const store = new PostgresMaintenanceStore(database);
      await store.acknowledgeAlerts(STEP);
      await during(many('alert'), () => store.acknowledgeAlerts(STEP));

      expect(await entries()).toMatchObject([{ before: null, after: 'after the transaction' }]);
    });

    it('keeps what was refused, whatever was sent to keep it out', async () => {
      const thing = { kind: 'job', id: 'x\0' };
      const refused = { outcome: 'refused', code: 'access.forbidden', before: null, after: null } as const;
      await log.record({ ...draftOf(thing), asked: { 'n\0': '\ud800' }, ...refused });

      expect(await entries()).toMatchObject([
        { outcome: 'refused', thing: { id: 'x\ufffd' }, asked: { 'n\ufffd': '\ufffd' } },
      ]);
    });

    it('counts what is too much to be told', async () => {
      const newAssets = Array.from({ length: 1_500 }, (_, nth) => ({ ...ASSET, assetId: `bin-${nth + 2}` }));
      const changes = { newAssets, assets: [], newDevices: [], devices: [], bindings: [] };
      const needs = { assetIds: [], deviceIds: [], imeis: [] };
      await during({ kind: 'import', id: 'assets' }, () =>
        new PostgresRegistryBatch(database).change(needs, () => changes),
      );

      const [entry] = await entries();
      expect(entry).toMatchObject({ after: { counts: { newAssets: 1_500 } } });
      expect(JSON.stringify(entry).length).toBeLessThan(8_000);
    });
  });
});

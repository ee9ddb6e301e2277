import type { AuditDraft } from '@stadtfunk/accounts';
import {
  aNewAccount,
  describeAccountStore,
  describeAuditLog,
  describeOneTimeCodes,
  describeSessionStore,
  describeSignInAttempts,
} from '@stadtfunk/accounts/testing';
import type { Asset } from '@stadtfunk/devices';
import { eventually } from '@stadtfunk/kernel/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from './database.ts';
import { PostgresAccountStore } from './postgres-account-store.ts';
import { PostgresAuditLog } from './postgres-audit-log.ts';
import { PostgresDeviceRegistry } from './postgres-device-registry.ts';
import { PostgresOneTimeCodes } from './postgres-one-time-codes.ts';
import { PostgresRegistryBatch } from './postgres-registry-batch.ts';
import { PostgresSessionStore } from './postgres-session-store.ts';
import { PostgresSignInAttempts } from './postgres-sign-in-attempts.ts';
import { emptyTables, onEachDatabase } from './testing.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const ASSET: Asset = {
  ...{ assetId: 'bin-1', type: 'WasteContainer', name: null, district: null, address: null, department: 'waste' },
  location: { type: 'Point', coordinates: [8.9, 50.1] },
  attributes: {},
};

onEachDatabase((name, open) => {
  describe(`Accounts on ${name}`, () => {
    let opened: Promise<Database> | undefined;
    const database = () => (opened ??= open());
    afterAll(async () => (await opened)?.close());
    const harness = async <T>(make: (database: Database) => T) => {
      const present = await database();
      return {
        fresh: async () => {
          await emptyTables(present.pool);
          return make(present);
        },
        close: async () => undefined,
      };
    };

    describeAccountStore(name, () =>
      harness((present) => ({
        store: new PostgresAccountStore(present),
        sessions: new PostgresSessionStore(present),
        codes: new PostgresOneTimeCodes(present),
      })),
    );
    describeSessionStore(name, () =>
      harness((present) => ({
        sessions: new PostgresSessionStore(present),
        accounts: new PostgresAccountStore(present),
      })),
    );
    describeOneTimeCodes(name, () =>
      harness((present) => ({ codes: new PostgresOneTimeCodes(present), accounts: new PostgresAccountStore(present) })),
    );
    describeSignInAttempts(name, () => harness((present) => new PostgresSignInAttempts(present)));
    describeAuditLog(name, () => harness((present) => new PostgresAuditLog(present)));

    it('are not locked, nor given another password, where their sessions cannot be ended with it', async () => {
      const present = await database();
      const { pool } = present;
      await emptyTables(pool);
      const store = new PostgresAccountStore(present);
      const sessions = new PostgresSessionStore(present);
      const created = await store.create(aNewAccount('m.weber'));
      if (typeof created === 'string') throw new Error(created);
      const { accountId } = created;
      const before = await store.setPassword(accountId, 'hash');
      const session = { keyHash: 'k', accountId, method: 'password', at: NOON, expiresAt: NOON + 1_000 } as const;
      await sessions.open({ ...session, address: null, agent: null });
      await pool.query(
        `create function kept() returns trigger language plpgsql as 'begin raise exception ''kept''; end'`,
      );
      await pool.query('create trigger kept before delete on sessions for each row execute function kept()');
      try {
        await expect(store.change({ accountId, locked: true })).rejects.toThrow();
        await expect(store.setPassword(accountId, 'another hash')).rejects.toThrow();
        expect(await store.find(accountId)).toEqual(before);
        expect(await sessions.find('k', NOON + 1, 1_000)).toBeDefined();
      } finally {
        await pool.query('drop trigger kept on sessions; drop function kept()');
      }
    });

    describe('The audit log', () => {
      let log: PostgresAuditLog;
      let registry: PostgresDeviceRegistry;
      const draft: AuditDraft = {
        ...{ at: NOON, accountId: null, actor: 'admin', way: 'token', address: null, permission: 'assets.write' },
        ...{
          action: 'PUT /api/v1/assets/:assetId',
          thing: { kind: 'asset', id: 'bin-1' },
          asked: null,
          requestId: 'r',
        },
      };
      const nothing = () => ({ thing: null, after: 'what the answer says' });
      beforeAll(async () => {
        log = new PostgresAuditLog(await database());
        registry = new PostgresDeviceRegistry(await database());
      });
      beforeEach(async () => emptyTables((await database()).pool));
      const entries = async () => (await log.list({ limit: 10 })).items;

      it('says what changed of a thing, from what to what', async () => {
        await registry.createAsset(ASSET);
        await log.during(draft, () => registry.putAsset({ ...ASSET, name: 'Kiosk' }), nothing);

        expect(await entries()).toEqual([
          expect.objectContaining({ before: { name: null }, after: { name: 'Kiosk' }, outcome: 'done' }),
        ]);
      });

      it('has the whole of a thing that came', async () => {
        await log.during(draft, () => registry.createAsset(ASSET), nothing);

        expect(await entries()).toMatchObject([{ before: null, after: { assetId: 'bin-1', department: 'waste' } }]);
      });

      it('is committed with the change, or not at all', async () => {
        await registry.createAsset(ASSET);
        const { pool } = await database();
        await pool.query('alter table audit_entries add constraint no_more check (false) not valid');
        try {
          await expect(log.during(draft, () => registry.putAsset({ ...ASSET, name: 'x' }), nothing)).rejects.toThrow();
        } finally {
          await pool.query('alter table audit_entries drop constraint no_more');
        }

        expect(await registry.findAsset('bin-1')).toMatchObject({ name: null });
        expect(await entries()).toEqual([]);
      });

      it('has an entry of each transaction of an import, with what that one changed', async () => {
        const batch = new PostgresRegistryBatch(await database());
        const thing = { kind: 'import', id: 'assets' };
        const nothingElse = { assets: [], newDevices: [], devices: [], bindings: [] };
        const add = (assetId: string) =>
          batch.change({ assetIds: [assetId], deviceIds: [], imeis: [] }, () => {
            return { ...nothingElse, newAssets: [{ ...ASSET, assetId }] };
          });
        const refuse = () =>
          batch.change({ assetIds: [], deviceIds: [], imeis: [] }, () => {
            throw new Error('refused');
          });
        const work = () =>
          add('bin-1')
            .then(() => add('bin-2'))
            .then(refuse);
        await expect(log.during({ ...draft, thing }, work, nothing)).rejects.toThrow('refused');

        expect(await entries()).toMatchObject([
          { thing, after: { counts: { newAssets: 1 }, assets: [{ assetId: 'bin-2' }] } },
          { thing, after: { counts: { newAssets: 1 }, assets: [{ assetId: 'bin-1' }] } },
        ]);
      });

      it('has as the state before what somebody else has made of it meanwhile', async () => {
        await registry.createAsset(ASSET);
        const accounts = new PostgresAccountStore(await database());
        const account = await accounts.create({
          ...{ name: 'm.weber', displayName: 'x', email: null, roles: [], source: 'local', at: NOON },
        });
        if (typeof account === 'string') throw new Error(account);
        const { accountId } = account;
        const { pool, kind } = await database();
        const steps = [
          {
            thing: { kind: 'asset', id: 'bin-1' },
            others: `update assets set name = 'theirs' where asset_id = 'bin-1'`,
            work: () => registry.putAsset({ ...ASSET, name: 'ours' }),
            entry: { before: { name: 'theirs' }, after: { name: 'ours' } },
          },
          {
            thing: { kind: 'account', id: accountId },
            others: `update accounts set display_name = 'theirs', version = 2`,
            work: () => accounts.change({ accountId, displayName: 'ours' }),
            entry: { before: { displayName: 'theirs', version: 2 }, after: { displayName: 'ours', version: 3 } },
          },
        ];
        for (const { thing, others, work, entry } of steps) {
          const client = await pool.connect();
          await client.query('begin');
          await client.query(others);
          const done = log.during<unknown>({ ...draft, thing }, work, nothing);
          // PGlite has one session, and this transaction has it.
          const waiting = () => pool.query('select from pg_locks where not granted').then(({ rowCount }) => rowCount);
          if (kind === 'postgres') await eventually('the other waits', async () => (await waiting()) === 1);
          await client.query('commit');
          client.release();
          await done;

          expect((await entries())[0]).toMatchObject(entry);
        }
      });

      it('has the answer where no transaction changed the thing', async () => {
        await log.during(draft, () => registry.putAsset({ ...ASSET, name: 'x' }), nothing);

        expect(await entries()).toMatchObject([{ before: null, after: 'what the answer says' }]);
      });

      it.each(['account', 'alert', 'asset', 'device', 'job', 'tour', 'window', 'letter', 'unheard of'])(
        'can be about a thing of the kind %s, and finds none that is not there',
        async (kind) => {
          const thing = { kind, id: '00000000-0000-4000-8000-000000000000' };
          await log.during({ ...draft, thing }, () => registry.createAsset(ASSET), nothing);

          expect(await entries()).toMatchObject([{ thing, before: null, after: 'what the answer says' }]);
        },
      );

      it('has of a device where it sits, and of its password nothing', async () => {
        await registry.createAsset(ASSET);
        const device = {
          ...({ deviceId: 'd-1', model: 'x', lifecycle: 'active', imei: null, iccid: null } as const),
          ...{ uplinkTopic: null, reportingIntervalMs: null },
        };
        const thing = { kind: 'device', id: 'd-1' };
        await log.during({ ...draft, thing }, () => registry.createDevice(device, '$scrypt$secret', null), nothing);
        await log.during({ ...draft, thing }, () => registry.bind('d-1', 'bin-1'), nothing);
        await log.during({ ...draft, thing }, () => registry.setPassword('d-1', '$scrypt$another'), nothing);

        const [password, bound, made] = await entries();
        expect(made).toMatchObject({ before: null, after: { deviceId: 'd-1', assetId: null } });
        expect(bound).toMatchObject({ before: { assetId: null }, after: { assetId: 'bin-1' } });
        expect(password).toMatchObject({ before: null, after: { renewed: true } });
        expect(JSON.stringify([password, bound, made])).not.toContain('scrypt');
      });

      it('never has passwords', async () => {
        await registry.createAsset(ASSET);
        const accounts = new PostgresAccountStore(await database());
        const roles = [{ role: 'viewer', departments: [] }] as const;
        const account = await accounts.create({
          ...{ name: 'm.weber', displayName: 'x', email: null, roles, source: 'local', at: NOON },
        });
        if (typeof account === 'string') throw new Error(account);
        const thing = { kind: 'account', id: account.accountId };
        await log.during(
          { ...draft, thing, asked: { current: 'x', password: 'open sesame', list: [{ token: 'open sesame' }] } },
          () => accounts.setPassword(account.accountId, '$scrypt$open sesame'),
          nothing,
        );

        const [entry] = await entries();
        expect(entry).toMatchObject({ before: { state: 'invited' }, after: { state: 'active' } });
        expect(JSON.stringify(entry)).not.toContain('sesame');
      });

      it('cannot be changed', async () => {
        await log.record({ ...draft, outcome: 'done', code: null, before: null, after: null });
        const { pool } = await database();

        await expect(pool.query(`update audit_entries set actor = 'somebody else'`)).rejects.toThrow('only added');
        expect(await entries()).toMatchObject([{ actor: 'admin' }]);
      });
    });
  });
});

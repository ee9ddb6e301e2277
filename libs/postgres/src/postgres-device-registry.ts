import {
  DeviceRegistry,
  type Asset,
  type AssetFilter,
  type Device,
  type DeviceCredential,
  type DeviceFilter,
  type DirectoryChanges,
  type DistrictCount,
  type FormerBinding,
  type RegisteredDevice,
  type VersionedAsset,
} from '@stadtfunk/devices';
import { Fault } from '@stadtfunk/kernel';
import type { Page } from '@stadtfunk/readings';
import {
  and,
  asc,
  count,
  eq,
  getTableColumns,
  gt,
  inArray,
  isNotNull,
  isNull,
  ne,
  or,
  sql,
  type SQL,
} from 'drizzle-orm';
import { union } from 'drizzle-orm/pg-core';
import { noteChange } from './audit-scope.ts';
import type { Database } from './database.ts';
import { toAsset, toBoundDevice, toRegisteredDevice } from './directory-rows.ts';
import { isStorable, pageCursor, readPageCursor, toPage } from './page-cursor.ts';
import { decided, query, transaction, type Transaction } from './query.ts';
import { departmentIn } from './asset-department.ts';
import { lockRegistry } from './registry-lock.ts';
import { assets, bindings, departments, deviceLedger, devices } from './schema.ts';

const NEXT_REVISION = sql`nextval('directory_revision')`;

const presentBinding = and(eq(bindings.deviceId, devices.deviceId), isNull(bindings.unboundAt));

/** Devices, assets and bindings in tables. */
export class PostgresDeviceRegistry extends DeviceRegistry {
  readonly #database: Database;
  readonly #onWrite: () => Promise<void>;

  /** @param onWrite called after every change, before its caller hears of it: brings the directory of this process up to date */
  constructor(database: Database, onWrite: () => Promise<void> = () => Promise.resolve()) {
    super();
    this.#database = database;
    this.#onWrite = onWrite;
  }

  override createAsset(asset: Asset): Promise<'created' | 'exists'> {
    return this.#write(async (tx) => {
      if (await hasAsset(tx, asset.assetId)) return 'exists';
      await checkDepartment(tx, asset);
      await tx.insert(assets).values({ ...asset });
      return 'created';
    });
  }

  override changeAsset(
    assetId: string,
    decide: (asset: Asset) => Asset,
    version?: number,
  ): Promise<VersionedAsset | 'unknown' | 'conflict'> {
    return this.#write(async (tx) => {
      if (!isStorable(assetId)) return 'unknown';
      const isIt = eq(assets.assetId, assetId);
      const [row] = await tx.select().from(assets).where(isIt);
      if (!row) return 'unknown';
      if (version !== undefined && version !== row.revision) return 'conflict';
      const { assetId: _id, ...rest } = await decided(() => decide(toAsset(row)));
      await checkDepartment(tx, rest);
      const [written] = await tx
        .update(assets)
        .set({ ...rest, modifiedAt: sql`now()`, revision: NEXT_REVISION })
        .where(isIt)
        .returning();
      return toVersionedAsset(written!);
    });
  }

  override async findAsset(assetId: string): Promise<Asset | undefined> {
    return (await this.findAssetVersion(assetId))?.asset;
  }

  override async findAssetVersion(assetId: string): Promise<VersionedAsset | undefined> {
    if (!isStorable(assetId)) return undefined;
    const [row] = await query(this.#database, (drizzle) =>
      drizzle.select().from(assets).where(eq(assets.assetId, assetId)),
    );
    return row && toVersionedAsset(row);
  }

  override async findAssets(assetIds: readonly string[]): Promise<readonly Asset[]> {
    const named = assetIds.filter(isStorable);
    if (named.length === 0) return [];
    const rows = await query(this.#database, (drizzle) =>
      drizzle.select().from(assets).where(inArray(assets.assetId, named)),
    );
    return rows.map(toAsset);
  }

  override async listAssets({ type, district, departments: of, limit, after }: AssetFilter): Promise<Page<Asset>> {
    const where = and(
      type && eq(assets.type, type),
      district === undefined ? undefined : eq(assets.district, district),
      of && ofDepartments(of),
      after === undefined ? undefined : gt(assets.assetId, keyOf('assets', after)),
    );
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select()
        .from(assets)
        .where(where)
        .orderBy(asc(assets.assetId))
        .limit(limit + 1),
    );
    return toPage(rows, limit, toAsset, ({ assetId }) => pageCursor('assets', [assetId]));
  }

  override async listDistricts(of?: readonly string[]): Promise<readonly DistrictCount[]> {
    const { district } = assets;
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select({ district, assets: count() })
        .from(assets)
        .where(and(isNotNull(district), of && ofDepartments(of)))
        .groupBy(district),
    );
    return rows.map((row) => ({ district: row.district!, assets: row.assets }));
  }

  override createDevice(
    device: Device,
    passwordHash: string,
    assetId: string | null,
  ): Promise<'created' | 'device.exists' | 'device.imeiTaken' | 'asset.unknown'> {
    return this.#write(async (tx) => {
      if (await hasDevice(tx, device.deviceId)) return 'device.exists';
      if (await isImeiTaken(tx, device)) return 'device.imeiTaken';
      if (assetId !== null && !(await hasAsset(tx, assetId))) return 'asset.unknown';
      await tx.insert(devices).values({ ...device, passwordHash });
      if (assetId !== null) await tx.insert(bindings).values({ deviceId: device.deviceId, assetId });
      return 'created';
    });
  }

  override changeDevice(
    deviceId: string,
    decide: (device: RegisteredDevice, asset: Asset | null) => Device,
    version?: number,
  ): Promise<RegisteredDevice | 'unknown' | 'conflict' | 'device.imeiTaken'> {
    return this.#write(async (tx) => {
      if (!isStorable(deviceId)) return 'unknown';
      const find = () =>
        tx
          .select({
            device: getTableColumns(devices),
            asset: getTableColumns(assets),
            assetId: bindings.assetId,
            lastContactAt: deviceLedger.lastReceivedAt,
          })
          .from(devices)
          .leftJoin(bindings, presentBinding)
          .leftJoin(assets, eq(assets.assetId, bindings.assetId))
          .leftJoin(deviceLedger, eq(deviceLedger.deviceId, devices.deviceId))
          .where(eq(devices.deviceId, deviceId));
      const [row] = await find();
      if (!row) return 'unknown';
      if (version !== undefined && version !== row.device.revision) return 'conflict';
      const device = await decided(() => decide(toRegisteredDevice(row), row.asset && toAsset(row.asset)));
      if (await isImeiTaken(tx, device)) return 'device.imeiTaken';
      const { deviceId: _id, ...rest } = device;
      await updateDevice(tx, deviceId, rest);
      const [written] = await find();
      return toRegisteredDevice(written!);
    });
  }

  override setPassword(deviceId: string, passwordHash: string): Promise<'updated' | 'unknown'> {
    return this.#write(async (tx) => {
      if (!(await hasDevice(tx, deviceId))) return 'unknown';
      await updateDevice(tx, deviceId, { passwordHash });
      noteChange(tx, { after: { renewed: true } });
      return 'updated';
    });
  }

  override bind(deviceId: string, assetId: string | null): Promise<'bound' | 'device.unknown' | 'asset.unknown'> {
    return this.#write(async (tx) => {
      if (!(await hasDevice(tx, deviceId))) return 'device.unknown';
      if (assetId !== null && !(await hasAsset(tx, assetId))) return 'asset.unknown';
      const isPresent = and(eq(bindings.deviceId, deviceId), isNull(bindings.unboundAt));
      const [present] = await tx.select({ assetId: bindings.assetId }).from(bindings).where(isPresent);
      if ((present?.assetId ?? null) === assetId) return 'bound';
      await tx
        .update(bindings)
        .set({ unboundAt: sql`now()` })
        .where(isPresent);
      if (assetId !== null) await tx.insert(bindings).values({ deviceId, assetId });
      await updateDevice(tx, deviceId, {});
      return 'bound';
    });
  }

  override async findDevice(deviceId: string): Promise<RegisteredDevice | undefined> {
    if (!isStorable(deviceId)) return undefined;
    const [row] = await this.#registered(eq(devices.deviceId, deviceId), 1);
    return row && toRegisteredDevice(row);
  }

  override async listDevices({
    assetId,
    model,
    departments: of,
    limit,
    after,
  }: DeviceFilter): Promise<Page<RegisteredDevice>> {
    const where = and(
      assetId === undefined ? undefined : eq(bindings.assetId, assetId),
      model === undefined ? undefined : eq(devices.model, model),
      of &&
        or(
          isNull(bindings.assetId),
          sql`exists (select 1 from assets where assets.asset_id = ${bindings.assetId} and ${ofDepartments(of)})`,
        ),
      after === undefined ? undefined : gt(devices.deviceId, keyOf('devices', after)),
    );
    const rows = await this.#registered(where, limit + 1);
    return toPage(rows, limit, toRegisteredDevice, ({ device }) => pageCursor('devices', [device.deviceId]));
  }

  override async findCredential(deviceId: string): Promise<DeviceCredential | undefined> {
    if (!isStorable(deviceId)) return undefined;
    const [row] = await query(this.#database, (drizzle) =>
      drizzle
        .select({ deviceId: devices.deviceId, passwordHash: devices.passwordHash })
        .from(devices)
        .where(eq(devices.deviceId, deviceId)),
    );
    return row;
  }

  override async changesSince(revision: number): Promise<DirectoryChanges> {
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select({ device: getTableColumns(devices), asset: getTableColumns(assets) })
        .from(devices)
        .leftJoin(bindings, presentBinding)
        .leftJoin(assets, eq(assets.assetId, bindings.assetId))
        .where(
          inArray(
            devices.deviceId,
            union(
              drizzle.select({ deviceId: devices.deviceId }).from(devices).where(gt(devices.revision, revision)),
              drizzle
                .select({ deviceId: bindings.deviceId })
                .from(assets)
                .innerJoin(bindings, and(eq(bindings.assetId, assets.assetId), isNull(bindings.unboundAt)))
                .where(gt(assets.revision, revision)),
            ),
          ),
        ),
    );
    // By what is in the rows and not by the sequence, so that the number and the rows are of the same moment.
    const reached = rows.reduce(
      (most, { device, asset }) => Math.max(most, device.revision, asset?.revision ?? 0),
      revision,
    );
    const former = await this.#formerBindings(rows.map(({ device }) => device.deviceId));
    return { revision: reached, devices: rows.map((row) => toBoundDevice(row, former.get(row.device.deviceId))) };
  }

  async #formerBindings(deviceIds: readonly string[]): Promise<ReadonlyMap<string, readonly FormerBinding[]>> {
    const former = new Map<string, FormerBinding[]>();
    if (deviceIds.length === 0) return former;
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select({
          deviceId: bindings.deviceId,
          assetId: bindings.assetId,
          from: bindings.boundAt,
          until: bindings.unboundAt,
        })
        .from(bindings)
        .where(and(isNotNull(bindings.unboundAt), sql`${bindings.deviceId} = any(${sql.param(deviceIds)}::text[])`))
        .orderBy(bindings.bindingId),
    );
    for (const { deviceId, assetId, from, until } of rows) {
      const all = former.get(deviceId) ?? [];
      all.push({ assetId, from: from.getTime(), until: until!.getTime() });
      former.set(deviceId, all);
    }
    return former;
  }

  #registered(where: SQL | undefined, limit: number) {
    return query(this.#database, (drizzle) =>
      drizzle
        .select({
          device: getTableColumns(devices),
          assetId: bindings.assetId,
          lastContactAt: deviceLedger.lastReceivedAt,
        })
        .from(devices)
        .leftJoin(bindings, presentBinding)
        .leftJoin(deviceLedger, eq(deviceLedger.deviceId, devices.deviceId))
        .where(where)
        .orderBy(asc(devices.deviceId))
        .limit(limit),
    );
  }

  /** One writer at a time. */
  async #write<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const outcome = await transaction(this.#database, async (tx) => {
      await lockRegistry(tx);
      return work(tx);
    });
    await this.#onWrite();
    return outcome;
  }
}

async function hasAsset(tx: Transaction, assetId: string): Promise<boolean> {
  if (!isStorable(assetId)) return false;
  return (await tx.$count(assets, eq(assets.assetId, assetId))) > 0;
}

async function hasDevice(tx: Transaction, deviceId: string): Promise<boolean> {
  if (!isStorable(deviceId)) return false;
  return (await tx.$count(devices, eq(devices.deviceId, deviceId))) > 0;
}

async function isImeiTaken(tx: Transaction, { deviceId, imei }: Device): Promise<boolean> {
  if (imei === null) return false;
  return (await tx.$count(devices, and(eq(devices.imei, imei), ne(devices.deviceId, deviceId)))) > 0;
}

function toVersionedAsset(row: typeof assets.$inferSelect): VersionedAsset {
  return { asset: toAsset(row), version: row.revision };
}

async function checkDepartment(tx: Transaction, { department }: Pick<Asset, 'department'>): Promise<void> {
  if (department === null || (await tx.$count(departments, eq(departments.departmentId, department))) > 0) return;
  throw new Fault('department.unknown', 'the asset names a department that there is not', false);
}

async function updateDevice(
  tx: Transaction,
  deviceId: string,
  change: Partial<typeof devices.$inferInsert>,
): Promise<void> {
  await tx
    .update(devices)
    .set({
      ...change,
      modifiedAt: sql`now()`,
      revision: NEXT_REVISION,
      ...(change.lifecycle === 'active' && {
        activeSince: sql`case when ${devices.lifecycle} <> 'active' then now() else ${devices.activeSince} end`,
      }),
    })
    .where(eq(devices.deviceId, deviceId));
}

/** Of the row of `assets` at hand. */
function ofDepartments(of: readonly string[]): SQL {
  return sql`${sql.raw(departmentIn('assets'))} = any(${sql.param([...of])}::text[])`;
}

function keyOf(list: string, cursor: string): string {
  return readPageCursor(list, cursor, ['text'])[0] as string;
}

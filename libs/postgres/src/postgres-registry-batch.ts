import {
  RegistryBatch,
  type Asset,
  type Device,
  type RegistryChanges,
  type RegistryNeeds,
  type RegistryPresent,
} from '@stadtfunk/devices';
import { and, eq, getTableColumns, isNull, sql } from 'drizzle-orm';
import { noteChange } from './audit-scope.ts';
import type { Database } from './database.ts';
import { toAsset, toRegisteredDevice } from './directory-rows.ts';
import { decided, query, transaction, type Drizzle, type Transaction } from './query.ts';
import { registryChange } from './registry-change.ts';
import { lockRegistry } from './registry-lock.ts';
import { assets, bindings, departments, deviceLedger, devices } from './schema.ts';

/** Rows in one statement: bounds the memory that a statement takes. */
const ROWS = 1_000;

/** Many changes to assets, devices and bindings in one transaction. */
export class PostgresRegistryBatch extends RegistryBatch {
  readonly #database: Database;
  readonly #onWrite: () => Promise<void>;

  /** @param onWrite as of `PostgresDeviceRegistry` */
  constructor(database: Database, onWrite: () => Promise<void> = () => Promise.resolve()) {
    super();
    this.#database = database;
    this.#onWrite = onWrite;
  }

  override present(needs: RegistryNeeds): Promise<RegistryPresent> {
    return query(this.#database, (drizzle) => presentOf(drizzle, needs));
  }

  override async change(needs: RegistryNeeds, decide: Parameters<RegistryBatch['change']>[1]): Promise<boolean> {
    const isWritten = await transaction(this.#database, async (tx) => {
      await lockRegistry(tx);
      const present = await presentOf(tx, needs);
      const changes = await decided(() => decide(present));
      if (!changes) return false;
      await write(tx, changes);
      const change = registryChange(present, changes);
      if (change) noteChange(tx, { ...change, isPart: true });
      return true;
    });
    if (isWritten) await this.#onWrite();
    return isWritten;
  }
}

async function presentOf(db: Drizzle | Transaction, needs: RegistryNeeds): Promise<RegistryPresent> {
  const isOneOf = (
    column: typeof assets.assetId | typeof devices.deviceId | typeof devices.imei,
    ids: readonly string[],
  ) => sql`${column} = any(${sql.param([...new Set(ids)])}::text[])`;
  const deviceRows = await db
    .select({ device: getTableColumns(devices), assetId: bindings.assetId, lastContactAt: deviceLedger.lastReceivedAt })
    .from(devices)
    .leftJoin(bindings, and(eq(bindings.deviceId, devices.deviceId), isNull(bindings.unboundAt)))
    .leftJoin(deviceLedger, eq(deviceLedger.deviceId, devices.deviceId))
    .where(isOneOf(devices.deviceId, needs.deviceIds));
  const assetIds = [...needs.assetIds, ...deviceRows.flatMap(({ assetId }) => assetId ?? [])];
  const assetRows = await db.select().from(assets).where(isOneOf(assets.assetId, assetIds));
  const imeiRows = await db
    .select({ imei: devices.imei, deviceId: devices.deviceId })
    .from(devices)
    .where(isOneOf(devices.imei, needs.imeis));
  const departmentRows = await db.select({ id: departments.departmentId }).from(departments);
  return {
    assets: new Map(assetRows.map((row) => [row.assetId, toAsset(row)])),
    devices: new Map(deviceRows.map((row) => [row.device.deviceId, toRegisteredDevice(row)])),
    imeis: new Map(imeiRows.map(({ imei, deviceId }) => [imei ?? '', deviceId])),
    departments: new Set(departmentRows.map(({ id }) => id)),
  };
}

async function write(tx: Transaction, changes: RegistryChanges): Promise<void> {
  for (const rows of chunks(changes.newAssets)) await addAssets(tx, rows);
  for (const rows of chunks(changes.assets)) await putAssets(tx, rows);
  // Devices may exchange their IMEIs, or leave them to new ones: they are taken off before they are put on.
  for (const rows of chunks(changes.devices)) await clearImeis(tx, rows);
  for (const rows of chunks(changes.newDevices)) {
    await tx.insert(devices).values(rows.map(({ device, passwordHash }) => ({ ...device, passwordHash })));
  }
  for (const rows of chunks(changes.devices)) await putDevices(tx, rows);
  for (const rows of chunks(changes.bindings)) await bind(tx, rows);
}

function chunks<T>(rows: readonly T[]): (readonly T[])[] {
  const parts: (readonly T[])[] = [];
  for (let at = 0; at < rows.length; at += ROWS) parts.push(rows.slice(at, at + ROWS));
  return parts;
}

/** As one parameter: a statement with one for each value costs more than what it writes. */
const assetRows = (rows: readonly Asset[]) => sql`
  json_to_recordset(${JSON.stringify(rows)}::json) as r("assetId" text, type text, name text, location jsonb,
    district text, address jsonb, department text, attributes jsonb)`;

async function addAssets(tx: Transaction, rows: readonly Asset[]): Promise<void> {
  await tx.execute(sql`
    insert into assets (asset_id, type, name, location, district, address, department, attributes)
    select r."assetId", r.type, r.name, r.location, r.district, r.address, r.department, r.attributes
    from ${assetRows(rows)}`);
}

async function putAssets(tx: Transaction, rows: readonly Asset[]): Promise<void> {
  await tx.execute(sql`
    update assets a set type = r.type, name = r.name, location = r.location, district = r.district, address = r.address,
      department = r.department, attributes = r.attributes, modified_at = now(), revision = nextval('directory_revision')
    from ${assetRows(rows)}
    where a.asset_id = r."assetId"`);
}

async function clearImeis(tx: Transaction, rows: readonly Device[]): Promise<void> {
  await tx.execute(sql`
    update devices d set imei = null from json_to_recordset(${JSON.stringify(rows)}::json) as r("deviceId" text, imei text)
    where d.device_id = r."deviceId" and d.imei is distinct from r.imei`);
}

async function putDevices(tx: Transaction, rows: readonly Device[]): Promise<void> {
  await tx.execute(sql`
    update devices d set model = r.model, lifecycle = r.lifecycle, imei = r.imei, iccid = r.iccid,
      uplink_topic = r."uplinkTopic", reporting_interval_ms = r."reportingIntervalMs", modified_at = now(),
      active_since = case when r.lifecycle = 'active' and d.lifecycle <> 'active' then now() else d.active_since end,
      revision = nextval('directory_revision')
    from json_to_recordset(${JSON.stringify(rows)}::json) as r("deviceId" text, model text, lifecycle text, imei text,
      iccid text, "uplinkTopic" text, "reportingIntervalMs" bigint)
    where d.device_id = r."deviceId"`);
}

async function bind(tx: Transaction, rows: RegistryChanges['bindings']): Promise<void> {
  const given = sql`json_to_recordset(${JSON.stringify(rows)}::json) as r("deviceId" text, "assetId" text)`;
  await tx.execute(sql`
    update bindings b set unbound_at = now() from ${given} where b.device_id = r."deviceId" and b.unbound_at is null`);
  await tx.execute(sql`
    insert into bindings (device_id, asset_id) select r."deviceId", r."assetId" from ${given} where r."assetId" is not null`);
  await tx.execute(sql`
    update devices d set modified_at = now(), revision = nextval('directory_revision') from ${given}
    where d.device_id = r."deviceId"`);
}

import {
  NUMBER_ATTRIBUTES,
  RegistrySearch,
  wordsOf,
  type Asset,
  type Binding,
  type FreeDeviceQuery,
  type RegisteredDevice,
  type RegistryHits,
  type RegistryQuery,
} from '@stadtfunk/devices';
import { departmentIn } from './asset-department.ts';
import type { Database } from './database.ts';
import { faultOf } from './faults.ts';
import { isStorable } from './page-cursor.ts';

/** Rows that a search looks at before it puts them in order: words that everything has must not make it slow. */
const CANDIDATES = 500;
const MOST_BINDINGS = 100;

interface AssetRow {
  readonly asset_id: string;
  readonly type: Asset['type'];
  readonly name: string | null;
  readonly location: Asset['location'];
  readonly district: string | null;
  readonly address: Asset['address'];
  readonly department: string | null;
  readonly attributes: Asset['attributes'];
}

interface DeviceRow {
  readonly device_id: string;
  readonly model: string;
  readonly lifecycle: RegisteredDevice['lifecycle'];
  readonly imei: string | null;
  readonly iccid: string | null;
  readonly uplink_topic: string | null;
  readonly reporting_interval_ms: string | null;
  readonly revision: string;
  readonly created_at: Date;
  readonly asset_id: string | null;
  readonly last_received_at: Date | null;
}

const DEVICE_COLUMNS = `d.device_id, d.model, d.lifecycle, d.imei, d.iccid, d.uplink_topic, d.reporting_interval_ms,
  d.revision, d.created_at, b.asset_id, l.last_received_at`;
const DEVICE_JOINS = `left join bindings b on b.device_id = d.device_id and b.unbound_at is null
  left join device_ledger l on l.device_id = d.device_id`;

/** Numbers by which an asset is called, as its row has them. */
const CALLED = `(a.asset_id = $3 ${NUMBER_ATTRIBUTES.map((name) => `or a.attributes->>'${name}' = $3`).join(' ')})`;

/** Search over the words that the database keeps of each asset and device, by a GIN index. */
export class PostgresRegistrySearch extends RegistrySearch {
  constructor(private readonly database: Database) {
    super();
  }

  override async search({ text, kinds, departments, limit, type, district }: RegistryQuery): Promise<RegistryHits> {
    const words = wordsOf(text);
    if (words.length === 0 || !isStorable(text)) return { assets: [], devices: [] };
    if (!isStorable(district ?? '')) return { assets: [], devices: [] };
    const parameters = [queryOf(words, ''), queryOf(words, ':*'), text.trim(), departments, limit];
    const ofAssets = [...parameters, type ?? null, district ?? null];
    const [assets, devices] = await Promise.all([
      kinds.includes('asset') ? this.#query<AssetRow>(ASSETS, ofAssets) : [],
      kinds.includes('device') ? this.#query<DeviceRow>(DEVICES, parameters) : [],
    ]);
    return { assets: assets.map(toAsset), devices: devices.map(toDevice) };
  }

  override async freeDevices({ models, text, limit }: FreeDeviceQuery): Promise<readonly RegisteredDevice[]> {
    const words = wordsOf(text);
    if (!isStorable(text)) return [];
    const rows = await this.#query<DeviceRow>(
      `select ${DEVICE_COLUMNS} from devices d ${DEVICE_JOINS}
       where b.device_id is null and d.lifecycle <> 'retired' and d.model = any($1::text[])
         and ($2::text is null or d.words @@ $2::tsquery)
       order by l.last_received_at desc nulls last, d.device_id limit $3`,
      [models, words.length > 0 ? queryOf(words, ':*') : null, limit],
    );
    return rows.map(toDevice);
  }

  override async bindings(
    of: { readonly assetId: string } | { readonly deviceId: string },
  ): Promise<readonly Binding[]> {
    const [column, id] = 'assetId' in of ? ['asset_id', of.assetId] : ['device_id', of.deviceId];
    if (!isStorable(id)) return [];
    const rows = await this.#query<{
      device_id: string;
      model: string;
      asset_id: string;
      bound_at: Date;
      unbound_at: Date | null;
    }>(
      `select b.device_id, d.model, b.asset_id, b.bound_at, b.unbound_at from bindings b join devices d using (device_id)
       where b.${column} = $1 order by b.bound_at desc, b.binding_id desc limit ${MOST_BINDINGS}`,
      [id],
    );
    return rows.map((row) => ({
      deviceId: row.device_id,
      model: row.model,
      assetId: row.asset_id,
      from: row.bound_at.getTime(),
      until: row.unbound_at?.getTime() ?? null,
    }));
  }

  async #query<Row extends object>(statement: string, parameters: readonly unknown[]): Promise<readonly Row[]> {
    try {
      return (await this.database.pool.query<Row>(statement, [...parameters])).rows;
    } catch (thrown) {
      throw faultOf('records', thrown);
    }
  }
}

const FITS = `($4::text[] is null or ${departmentIn('a')} = any($4))
  and ($6::text is null or a.type = $6) and ($7::text is null or a.district = $7)`;

/** What is called so, what has all the words, what has words that begin so: each found by itself, so that none crowds out another. */
const ASSETS = `
  with hits as (
    (select a.asset_id, 0 as rank from assets a where a.words @@ $1::tsquery and ${CALLED} and ${FITS} limit ${CANDIDATES})
    union all
    (select a.asset_id, 1 from assets a where a.words @@ $1::tsquery and ${FITS} limit ${CANDIDATES})
    union all
    (select a.asset_id, 2 from assets a where a.words @@ $2::tsquery and ${FITS} limit ${CANDIDATES})
  ), best as (
    select asset_id, min(rank) as rank from hits group by asset_id order by 2, 1 limit $5
  )
  select a.asset_id, a.type, a.name, a.location, a.district, a.address, a.department, a.attributes
  from best join assets a using (asset_id) order by best.rank, a.asset_id`;

const SEEN = `($4::text[] is null or b.asset_id is null
  or exists (select 1 from assets a where a.asset_id = b.asset_id and ${departmentIn('a')} = any($4)))`;

const DEVICES = `
  with hits as (
    (select d.device_id, 0 as rank from devices d where d.words @@ $1::tsquery and $3 in (d.device_id, d.imei) limit ${CANDIDATES})
    union all
    (select d.device_id, 1 from devices d where d.words @@ $1::tsquery limit ${CANDIDATES})
    union all
    (select d.device_id, 2 from devices d where d.words @@ $2::tsquery limit ${CANDIDATES})
  ), best as (
    select device_id, min(rank) as rank from hits group by device_id order by 2, 1 limit ${CANDIDATES}
  )
  select ${DEVICE_COLUMNS} from best join devices d using (device_id) ${DEVICE_JOINS}
  where ${SEEN} order by best.rank, d.device_id limit $5`;

/** All of these words; with `:*` the beginnings of words are enough. Words hold no quotes: they were cut at punctuation. */
function queryOf(words: readonly string[], suffix: '' | ':*'): string {
  return words.map((word) => `'${word}'${suffix}`).join(' & ');
}

function toAsset({
  asset_id: assetId,
  type,
  name,
  location,
  district,
  address,
  department,
  attributes,
}: AssetRow): Asset {
  return { assetId, type, name, location, district, address, department, attributes };
}

function toDevice(row: DeviceRow): RegisteredDevice {
  return {
    deviceId: row.device_id,
    model: row.model,
    lifecycle: row.lifecycle,
    imei: row.imei,
    iccid: row.iccid,
    uplinkTopic: row.uplink_topic,
    reportingIntervalMs: row.reporting_interval_ms === null ? null : Number(row.reporting_interval_ms),
    assetId: row.asset_id,
    version: Number(row.revision),
    lastContactAt: row.last_received_at?.getTime() ?? null,
    createdAt: row.created_at.getTime(),
  };
}

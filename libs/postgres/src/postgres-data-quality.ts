import {
  DataQuality,
  type DeviceQuality,
  type LetterCount,
  type LetterState,
  type ModelQuality,
  type QualityCount,
} from '@stadtfunk/ingest';
import type { Database } from './database.ts';
import { faultOf } from './faults.ts';
import { isStorable } from './page-cursor.ts';

/** Columns of `device_ledger`, by what they are called. */
const COUNTERS = {
  processed: 'processed',
  rejected: 'rejected',
  decoded: 'decoded',
  stored: 'stored',
  duplicate: 'duplicate',
  quarantined: 'quarantined',
  late: 'late',
  clockRepaired: 'clock_repaired',
  clockUnknown: 'clock_unknown',
} as const;
type Counter = keyof typeof COUNTERS;
const NAMES = Object.keys(COUNTERS) as readonly Counter[];

/** Counts of dead letters are put together when they are in more parts than this. */
const MOST_PARTS = 1_000;

/** Parts that somebody else puts together just now are left to him. */
export const FOLD_LETTER_COUNTS = `
  with gone as (
    delete from dead_letter_counts where ctid = any(array(select ctid from dead_letter_counts for update skip locked))
    returning code, state, change
  )
  insert into dead_letter_counts select code, state, sum(change) from gone group by code, state having sum(change) <> 0`;

/** Text, because sums of bigint are. */
type CounterRow = Record<Counter, string>;

/** What ingest has noted, added up in the database. */
export class PostgresDataQuality extends DataQuality {
  constructor(private readonly database: Database) {
    super();
  }

  override async ofDevice(deviceId: string): Promise<DeviceQuality | undefined> {
    if (!isStorable(deviceId)) return undefined;
    const columns = NAMES.map((name) => `${COUNTERS[name]} as "${name}"`).join(', ');
    const [row] = await this.#query<CounterRow & { firmware: string | null; last_received_at: Date }>(
      `select ${columns}, firmware, last_received_at from device_ledger where device_id = $1`,
      [deviceId],
    );
    return row && { ...countersOf(row), firmware: row.firmware, lastReceivedAt: row.last_received_at.getTime() };
  }

  override async byModel(): Promise<readonly ModelQuality[]> {
    const sums = NAMES.map((name) => `coalesce(sum(l.${COUNTERS[name]}), 0) as "${name}"`).join(', ');
    const rows = await this.#query<
      CounterRow & { model: string; firmware: string | null; devices: string; heard: string }
    >(
      `select d.model, l.firmware, count(*) as devices, count(l.device_id) as heard, ${sums}
       from devices d left join device_ledger l using (device_id)
       group by d.model, l.firmware order by d.model collate "C", coalesce(l.firmware, '') collate "C"`,
    );
    return rows.map((row) => {
      const { model, firmware, devices, heard } = row;
      return { ...countersOf(row), model, firmware, devices: Number(devices), heard: Number(heard) };
    });
  }

  override async days(from: string, to: string): Promise<readonly QualityCount[]> {
    const rows = await this.#query<{ day: string; model: string; firmware: string; measure: string; count: string }>(
      `select to_char(day, 'YYYY-MM-DD') as day, model, firmware, measure, sum(count) as count from quality_days
       where day between $1::date and $2::date
       group by quality_days.day, model, firmware, measure order by quality_days.day, model, firmware, measure`,
      [from, to],
    );
    return rows.map((row) => ({ ...row, count: Number(row.count) }));
  }

  override async letters(): Promise<readonly LetterCount[]> {
    const rows = await this.#query<{ code: string; state: LetterState; count: string; parts: string }>(
      `select code, state, sum(change) as count, count(*) as parts from dead_letter_counts
       group by code, state order by code collate "C", state collate "C"`,
    );
    const parts = rows.reduce((sum, row) => sum + Number(row.parts), 0);
    if (parts > MOST_PARTS) await this.#query(FOLD_LETTER_COUNTS);
    const counts = rows.map(({ code, state, count }) => ({ code, state, count: Number(count) }));
    return counts.filter(({ count }) => count !== 0);
  }

  override async silent(before: number, limit: number) {
    const rows = await this.#query<{
      device_id: string;
      model: string;
      asset_id: string | null;
      last_received_at: Date | null;
      count: string;
    }>(
      `with silent as (
         select d.device_id, d.model, l.last_received_at from devices d left join device_ledger l using (device_id)
         where d.lifecycle = 'active' and (l.last_received_at is null or l.last_received_at < $1)
       ), shown as (
         select * from silent order by last_received_at nulls first, device_id limit $2
       )
       select s.*, b.asset_id, (select count(*) from silent) as count
       from shown s left join bindings b on b.device_id = s.device_id and b.unbound_at is null
       order by s.last_received_at nulls first, s.device_id`,
      [new Date(before), limit],
    );
    const devices = rows.map((row) => ({
      deviceId: row.device_id,
      model: row.model,
      assetId: row.asset_id,
      lastContactAt: row.last_received_at?.getTime() ?? null,
    }));
    return { count: Number(rows[0]?.count ?? 0), devices };
  }

  async #query<Row extends object>(statement: string, parameters: readonly unknown[] = []): Promise<readonly Row[]> {
    try {
      return (await this.database.pool.query<Row>(statement, [...parameters])).rows;
    } catch (thrown) {
      throw faultOf('records', thrown);
    }
  }
}

function countersOf(row: CounterRow): Record<Counter, number> {
  return Object.fromEntries(NAMES.map((name) => [name, Number(row[name])])) as Record<Counter, number>;
}

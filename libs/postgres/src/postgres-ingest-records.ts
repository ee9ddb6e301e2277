import {
  IngestRecords,
  type DeadLetter,
  type DeviceProgress,
  type IngestCommit,
  type LedgerCounts,
  type RetriedLetter,
  type RetryOutcome,
} from '@stadtfunk/ingest';
import { Fault } from '@stadtfunk/kernel';
import type { QuarantinedReading } from '@stadtfunk/readings';
import type { Positions } from '@stadtfunk/uplinks';
import type { PoolClient } from 'pg';
import { base64Of, bulkRows, moment } from './bulk-rows.ts';
import { commitBatch, poolSessions, type Sessions } from './commit-batch.ts';
import type { Database } from './database.ts';
import { faultOf } from './faults.ts';
import { LogPositions } from './log-positions.ts';
import { markDue } from './postgres-due-roll-ups.ts';

const COUNTERS = ['processed', 'rejected', 'decoded', 'stored', 'duplicate', 'quarantined'] as const;

/** What the consumer group `store` has done, in tables. */
export class PostgresIngestRecords extends IngestRecords {
  readonly #database: Database;
  readonly #sessions: Sessions;
  readonly #positions = new LogPositions('store');

  /** @param sessions where commits go through: with several processes, the session that owns the partitions */
  constructor(database: Database, sessions: Sessions = poolSessions(database)) {
    super();
    this.#database = database;
    this.#sessions = sessions;
  }

  override async positions(logId: string, floors: Positions): Promise<Positions> {
    return this.#positions.read(this.#database.pool, logId, floors).catch(fail);
  }

  override async memories(deviceIds: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const { rows } = await this.#database.pool
      .query<{ device_id: string; memory: Uint8Array }>(
        'select device_id, memory from device_ledger where device_id in (select json_array_elements_text($1::json))',
        [JSON.stringify(deviceIds)],
      )
      .catch(fail);
    return new Map(rows.map((row) => [row.device_id, row.memory]));
  }

  override async commit(commit: IngestCommit): Promise<void> {
    await commitBatch(this.#sessions, this.#positions, commit, async (client) => {
      if (commit.retries.length > 0) await closeRetries(client, commit.retries);
      if (commit.devices.length > 0) await addToLedger(client, commit.devices);
      if (commit.deadLetters.length > 0) await addDeadLetters(client, commit.logId, commit.deadLetters);
      if (commit.quarantined.length > 0) await addQuarantined(client, commit.quarantined);
      await markDue(client, 'hour', commit.hours);
      if (commit.quality && commit.quality.counts.length > 0) await addQuality(client, commit.quality);
    });
  }

  override async retries(
    limit: number,
    logId: string,
    partitions: readonly number[],
  ): Promise<readonly RetriedLetter[]> {
    const { rows } = await this.#database.pool
      .query<RetryRow>(
        `select letter_id, partition, sequence, device_id, topic, received_at, qos, payload from dead_letters
         where state = 'retry' and (log_id <> $2 or partition = any($3::int[])) order by letter_id limit $1`,
        [limit, logId, partitions],
      )
      .catch(fail);
    return rows.map((row) => ({
      letterId: row.letter_id,
      partition: row.partition,
      sequence: Number(row.sequence),
      deviceId: row.device_id,
      topic: row.topic,
      receivedAt: row.received_at.getTime(),
      qos: row.qos,
      payload: row.payload,
    }));
  }

  override async counts(logId: string, partitions: number, deviceId?: string): Promise<LedgerCounts> {
    // One statement, so that counters and positions are of the same moment.
    const { rows } = await this.#database.pool
      .query<Record<(typeof COUNTERS)[number] | 'counted', string> & { reached: string[] }>(
        `select l.*, p.*,
           array(select coalesce(sequence, 0) from generate_series(0, $2::int - 1) as n
                 left join log_positions on log_id = $1 and consumer_group = 'store' and partition = n order by n) as reached
         from (select ${COUNTERS.map((name) => `coalesce(sum(${name}), 0) as ${name}`).join(', ')}
               from device_ledger where $3::text is null or device_id = $3) l,
              (select coalesce(sum(sequence - start), 0) as counted from log_positions where consumer_group = 'store') p`,
        [logId, partitions, deviceId ?? null],
      )
      .catch(fail);
    const row = rows[0]!;
    const tally = {
      processed: Number(row.processed),
      rejected: Number(row.rejected),
      decoded: Number(row.decoded),
      stored: Number(row.stored),
      duplicate: Number(row.duplicate),
      quarantined: Number(row.quarantined),
    };
    const counted = deviceId === undefined ? Number(row.counted) : tally.processed + tally.rejected;
    return { tally, reached: row.reached.map(Number), counted };
  }
}

interface RetryRow {
  readonly letter_id: string;
  readonly partition: number;
  readonly sequence: string;
  readonly device_id: string;
  readonly topic: string;
  readonly received_at: Date;
  readonly qos: 0 | 1 | 2;
  readonly payload: Uint8Array;
}

function fail(thrown: unknown): never {
  throw faultOf('records', thrown);
}

async function addToLedger(client: PoolClient, devices: readonly DeviceProgress[]): Promise<void> {
  const columns = COUNTERS.join(', ');
  let from = 1;
  const rows = devices.map(({ deviceId, add, signs, lastReceivedAt, memory }) => {
    const { late = 0, clockRepaired: cr = 0, clockUnknown: cu = 0, firmware: fw = null } = signs ?? {};
    const row = { d: deviceId, ...add, late, cr, cu, fw, at: lastReceivedAt, f: from, n: memory.length };
    from += memory.length;
    return row;
  });
  // The memories travel as one piece of bytes: as text they would be the largest part of the rows.
  await client.query(
    `insert into device_ledger as l
       (device_id, ${columns}, late, clock_repaired, clock_unknown, firmware, last_received_at, memory)
     select d, ${columns}, late, cr, cu, fw, ${moment('at')}, substring($2::bytea from f for n)
     from json_to_recordset($1::json)
       as r(d text, ${COUNTERS.map((name) => `${name} bigint`).join(', ')},
            late bigint, cr bigint, cu bigint, fw text, at float8, f int, n int)
     on conflict (device_id) do update set
       ${COUNTERS.map((name) => `${name} = l.${name} + excluded.${name}`).join(', ')},
       late = l.late + excluded.late, clock_repaired = l.clock_repaired + excluded.clock_repaired,
       clock_unknown = l.clock_unknown + excluded.clock_unknown, firmware = coalesce(excluded.firmware, l.firmware),
       last_received_at = greatest(l.last_received_at, excluded.last_received_at), memory = excluded.memory`,
    [bulkRows(rows), Buffer.concat(devices.map(({ memory }) => memory))],
  );
}

async function addQuality(client: PoolClient, { slot, counts }: NonNullable<IngestCommit['quality']>): Promise<void> {
  const rows = counts.map(({ day, model, firmware, measure, count }) => ({
    day,
    m: model,
    fw: firmware,
    measure,
    count,
  }));
  await client.query(
    `insert into quality_days as q (day, slot, model, firmware, measure, count)
     select day, $2::int, m, fw, measure, count
     from json_to_recordset($1::json) as r(day date, m text, fw text, measure text, count bigint)
     on conflict (day, slot, model, firmware, measure) do update set count = q.count + excluded.count`,
    [bulkRows(rows), slot],
  );
}

async function addDeadLetters(client: PoolClient, logId: string, letters: readonly DeadLetter[]): Promise<void> {
  await client.query(
    `insert into dead_letters
       (log_id, partition, sequence, device_id, topic, received_at, qos, payload, code, detail)
     select $1, p, s, d, topic, ${moment('at')}, qos, decode(payload, 'base64'), code, detail
     from json_to_recordset($2::json)
       as r(p int, s bigint, d text, topic text, at float8, qos int, payload text, code text, detail text)
     on conflict (log_id, partition, sequence) do nothing`,
    [
      logId,
      bulkRows(
        letters.map((letter) => ({
          p: letter.partition,
          s: letter.sequence,
          d: letter.deviceId,
          topic: letter.topic,
          at: letter.receivedAt,
          qos: letter.qos,
          payload: base64Of(letter.payload),
          code: letter.code,
          detail: letter.detail,
        })),
      ),
    ],
  );
}

async function addQuarantined(client: PoolClient, readings: readonly QuarantinedReading[]): Promise<void> {
  await client.query(
    `insert into quarantined_readings (device_id, received_at, device_time, code, "values")
     select d, ${moment('at')}, t, code, v
     from json_to_recordset($1::json) as r(d text, at float8, t bigint, code text, v jsonb)`,
    [
      bulkRows(
        readings.map(({ deviceId, receivedAt, deviceTime, code, values }) => {
          return { d: deviceId, at: receivedAt, t: wholeMs(deviceTime), code, v: values };
        }),
      ),
    ],
  );
}

/** A device's own time may be anything, even no number that a bigint can hold. */
function wholeMs(time: number | null): number | null {
  return time === null || !Number.isFinite(time) || Math.abs(time) > Number.MAX_SAFE_INTEGER ? null : Math.trunc(time);
}

/** Counters of a letter that somebody else has dealt with meanwhile must not be added. */
async function closeRetries(client: PoolClient, retries: readonly RetryOutcome[]): Promise<void> {
  const { rowCount } = await client.query(
    `update dead_letters set
       state = case when r.code is null then 'resolved' else 'open' end,
       attempts = attempts + 1,
       code = coalesce(r.code, dead_letters.code),
       detail = coalesce(r.detail, dead_letters.detail)
     from json_to_recordset($1::json) as r(id bigint, code text, detail text)
     where letter_id = r.id and state = 'retry'`,
    [bulkRows(retries.map(({ letterId, error }) => ({ id: letterId, ...error })))],
  );
  if (rowCount !== retries.length) {
    throw new Fault('records.conflict', 'somebody else has dealt with a dead letter that was tried again', true);
  }
}

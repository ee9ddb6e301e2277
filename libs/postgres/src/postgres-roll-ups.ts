import { Fault } from '@stadtfunk/kernel';
import {
  RollUps,
  type DataClass,
  type Grain,
  type MutableTotals,
  type QuantityName,
  type RollUp,
  type RollUpQuery,
} from '@stadtfunk/readings';
import type { Database } from './database.ts';
import { faultOf } from './faults.ts';
import type { Statement } from './reading-queries.ts';
import {
  HOURS_WITH_READINGS,
  hasSql,
  purgeSql,
  removeSql,
  rollUpDaySql,
  rollUpHourSql,
  rollUpsSql,
} from './roll-up-queries.ts';

type TotalCells = readonly [count: number, sum: number, min?: number, max?: number];
interface RollUpRow {
  readonly at: number;
  readonly totals: { readonly [name in QuantityName]?: TotalCells };
}

/** Hours and days in tables, made by one statement each from the table of `PostgresTelemetryStore`. */
export class PostgresRollUps extends RollUps {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async rollUpHour(start: number, end: number): Promise<number> {
    return this.#replace(removeSql('hour', start, end), rollUpHourSql(start, end));
  }

  override async rollUpDay(start: number, end: number): Promise<number> {
    return this.#replace(removeSql('day', start, end), rollUpDaySql(start, end));
  }

  override async read(query: RollUpQuery): Promise<readonly RollUp[]> {
    const rows = await this.#query<RollUpRow>(rollUpsSql(query));
    return rows.map(rollUpOf);
  }

  override async has(grain: Grain, from: number, to: number): Promise<boolean> {
    const [row] = await this.#query<{ has: boolean }>(hasSql(grain, from, to));
    return row?.has ?? false;
  }

  override async hoursWithReadings(): Promise<readonly number[]> {
    const rows = await this.#query<{ at: number }>([HOURS_WITH_READINGS, []]);
    return rows.map(({ at }) => at);
  }

  override async purge(dataClass: DataClass, before: number, limit: number): Promise<number> {
    const [row] = await this.#query<{ removed: number }>(purgeSql(dataClass, before, limit));
    return row?.removed ?? 0;
  }

  /** Whoever reads meanwhile sees the rows as they were. */
  async #replace(remove: Statement, make: Statement): Promise<number> {
    try {
      const client = await this.#database.pool.connect();
      try {
        await client.query('begin');
        await client.query(...remove);
        const { rowCount } = await client.query(...make);
        await client.query('commit');
        return rowCount ?? 0;
      } finally {
        client.release();
      }
    } catch (thrown) {
      throw telemetryFault(thrown);
    }
  }

  async #query<R extends object>([text, values]: Statement): Promise<R[]> {
    try {
      const { rows } = await this.#database.pool.query<R>(text, values);
      return rows;
    } catch (thrown) {
      throw telemetryFault(thrown);
    }
  }
}

function rollUpOf({ at, totals }: RollUpRow): RollUp {
  const named: MutableTotals = {};
  for (const [name, [count, sum, min, max]] of Object.entries(totals)) {
    const extremes = min === undefined || max === undefined ? {} : { min, max };
    named[name as QuantityName] = { count, sum, ...extremes };
  }
  return { start: at, totals: named };
}

/** What was going on elsewhere at the same time is as good as the database being away: try again. */
function telemetryFault(thrown: unknown): Fault {
  const fault = faultOf('telemetry', thrown);
  return fault.code === 'telemetry.conflict' ? new Fault('telemetry.unavailable', fault.message, true, thrown) : fault;
}

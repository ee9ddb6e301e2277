import {
  QUANTITIES,
  RollUps,
  SeriesTotals,
  wantedOf,
  type DataClass,
  type Grain,
  type RollUp,
  type RollUpQuery,
} from '@stadtfunk/readings';
import { InfluxConnection } from './influx-connection.ts';
import { bucketFor, type InfluxLog, type InfluxOptions } from './influx-options.ts';
import { isSubject, isWithin, selectOf } from './influx-ql.ts';
import { askFor, streamSeries, type Ask } from './influx-query.ts';
import { InfluxWriter } from './influx-writer.ts';
import { Lines, MEASUREMENT } from './line-protocol.ts';
import { addReadings, CELLS, mergeRollUps, rollUpLine, totalsReader } from './roll-up-lines.ts';

/** Before this nothing was measured; InfluxQL counts the hours of a range one by one. */
const EARLIEST_MS = Date.UTC(1970, 0, 1);

const HOUR_MS = 3_600_000;

interface Bucket {
  readonly name: string;
  readonly ask: Ask;
  readonly writer: InfluxWriter;
}

/**
 * Hours and days in buckets of their own, beside the one of `InfluxTelemetryStore`. What they are made from is streamed
 * and added up here: the engine's own functions take 25 times as long (docs/adr/0022-roll-ups.md). Retention is the engine's.
 */
export class InfluxRollUps extends RollUps {
  readonly #connection: InfluxConnection;
  readonly #buckets: { readonly [dataClass in DataClass]: Bucket };
  readonly #log: InfluxLog | undefined;

  constructor(options: InfluxOptions) {
    super();
    this.#connection = new InfluxConnection(options);
    this.#log = options.log;
    const bucket = (dataClass: DataClass): Bucket => {
      const own = bucketFor(options, dataClass);
      const writer = new InfluxWriter(this.#connection, own);
      return { name: own.bucket, ask: askFor(this.#connection, own.bucket), writer };
    };
    this.#buckets = { reading: bucket('reading'), hour: bucket('hour'), day: bucket('day') };
  }

  /** Creates the buckets of hours and days. Optional: the first write does the same. Faults as of the telemetry store. */
  async start(): Promise<void> {
    await this.#buckets.hour.writer.start();
    await this.#buckets.day.writer.start();
  }

  /** Breaks off what is under way, with `telemetry.unavailable`. */
  stop(): void {
    this.#connection.close();
  }

  override async rollUpHour(start: number, end: number): Promise<number> {
    const totals = new SeriesTotals();
    for await (const series of this.#all('reading', start, end)) addReadings(totals, series);
    return this.#write('hour', start, totals);
  }

  override async rollUpDay(start: number, end: number): Promise<number> {
    const totals = new SeriesTotals();
    // The engine's work grows with the hours: one at a time keeps each request short.
    for (let at = start; at < end; at += HOUR_MS) {
      for await (const series of this.#all('hour', at, Math.min(at + HOUR_MS, end))) mergeRollUps(totals, series);
    }
    return this.#write('day', start, totals);
  }

  override async read({ subject, grain, from, to, quantities, limit }: RollUpQuery): Promise<readonly RollUp[]> {
    const columns = wantedOf(subject, quantities).flatMap((name) =>
      CELLS.slice(0, QUANTITIES[name].kind === 'flag' ? 2 : 4).map((cell) => `${name}_${cell}`),
    );
    const conditions = [isSubject(subject), isWithin(from, to)];
    // The first of all series together are among the first of each.
    const rest = `group by "assetId", "deviceId" order by time asc limit ${limit}`;
    const byStart = new SeriesTotals();
    for (const series of await this.#buckets[grain].ask(selectOf(columns, conditions, rest))) {
      const totalsOf = totalsReader(series.columns);
      const time = series.columns.indexOf('time');
      for (const row of series.values) {
        for (const [name, total] of totalsOf(row)) byStart.merge(String(row[time]), name, total);
      }
    }
    const found = [...byStart].map(([start, totals]) => ({ start: Number(start), totals }));
    return found.sort((a, b) => a.start - b.start).slice(0, limit);
  }

  override async has(grain: Grain, from: number, to: number): Promise<boolean> {
    // Without an end, the index knows; looking for a row would open all series of all times.
    const isAny = from === -Infinity && to === Infinity;
    const text = isAny ? 'show measurements' : `select * from "${MEASUREMENT}" where ${isWithin(from, to)} limit 1`;
    return (await this.#buckets[grain].ask(text)).some(({ values }) => values.length > 0);
  }

  override async hoursWithReadings(): Promise<readonly number[]> {
    const range = isWithin(EARLIEST_MS, Infinity);
    const text = `select count("receivedAt") from "${MEASUREMENT}" where ${range} group by time(1h) fill(none)`;
    const series = await this.#buckets.reading.ask(text);
    return series.flatMap(({ values }) => values.flatMap(([time]) => (typeof time === 'number' ? [time] : [])));
  }

  override purge(): Promise<number> {
    return Promise.resolve(0);
  }

  /** Everybody's rows of a time. Not grouped by series, which would be a third of the speed. */
  #all(dataClass: DataClass, from: number, to: number) {
    const text = `select * from "${MEASUREMENT}" where ${isWithin(from, to)}`;
    return streamSeries(this.#connection, this.#buckets[dataClass].name, text);
  }

  async #write(grain: Grain, start: number, totals: SeriesTotals): Promise<number> {
    const lines = Lines.of(Array.from(totals, ([series, each]) => rollUpLine(series, each, start)));
    const refused = await this.#buckets[grain].writer.write(lines);
    // Beyond the retention by the server's clock, which deletes it anyhow.
    if (refused.length > 0) {
      this.#log?.warn({ grain, start, refused: refused.length, reason: refused[0]!.detail }, 'roll-ups were refused');
    }
    return lines.count - refused.length;
  }
}

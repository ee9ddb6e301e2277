import type { SendOptions } from '@influxdata/influxdb-client';
import { Fault } from '@stadtfunk/kernel';
import { z } from 'zod';
import { failureOf, faultOf } from './faults.ts';
import type { InfluxConnection } from './influx-connection.ts';

export type Cell = number | boolean | string | null;

/** Checks the frame; rows are many, and read by code that takes nothing for granted. */
const Series = z.object({
  columns: z.array(z.string()),
  tags: z.record(z.string(), z.string()).optional(),
  values: z.array(z.custom<readonly Cell[]>(Array.isArray)).default([]),
  /** The server cut the answer at a limit of its own. */
  partial: z.boolean().optional(),
});
export type Series = z.infer<typeof Series>;

const Results = z.object({
  results: z.array(z.object({ series: z.array(Series).default([]), error: z.string().optional() })),
});
type Results = z.infer<typeof Results>['results'];

/** Sends InfluxQL; times come back as UTC ms. */
export async function queryContent(connection: InfluxConnection, database: string, text: string): Promise<Results> {
  const { content } = await connection.request(...requestOf(database, text, {}));
  return resultsOf(content);
}

/** Asks for the series that a query finds. Faults: `telemetry.unavailable` (retryable), `telemetry.failed`. */
export type Ask = (text: string) => Promise<readonly Series[]>;

/** Somebody waits for an answer: one more try for a connection that broke, then it is for him to try again. */
export function askFor(connection: InfluxConnection, database: string): Ask {
  return async (text) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return seriesOf(await queryContent(connection, database, text));
      } catch (thrown) {
        if (isMissing(thrown)) return [];
        const fault = thrown instanceof Fault ? thrown : faultOf(failureOf(thrown), thrown);
        if (thrown instanceof Fault || !fault.retryable || attempt > 1) throw fault;
      }
    }
  };
}

/** The series of an answer of any length, in parts of so many rows. Faults as of `Ask`. */
export async function* streamSeries(
  connection: InfluxConnection,
  database: string,
  text: string,
): AsyncGenerator<Series> {
  const decoder = new TextDecoder();
  const chunks = { chunked: 'true', chunk_size: String(connection.limits.rowsPerQuery) };
  let rest = '';
  try {
    for await (const bytes of connection.stream(...requestOf(database, text, chunks))) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = lines.pop()!;
      for (const line of lines) yield* seriesOfLine(line);
    }
    yield* seriesOfLine(rest);
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    if (!isMissing(thrown)) throw faultOf(failureOf(thrown), thrown);
  }
}

function requestOf(database: string, text: string, more: Record<string, string>): [string, string, SendOptions] {
  const search = new URLSearchParams({ ...(database && { db: database }), epoch: 'ms', ...more });
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  return [`/query?${search.toString()}`, new URLSearchParams({ q: text }).toString(), { method: 'POST', headers }];
}

function resultsOf(content: unknown): Results {
  const parsed = Results.safeParse(content);
  if (parsed.success) return parsed.data.results;
  throw new Fault('telemetry.failed', 'InfluxDB: the answer to a query is not one that InfluxQL has', false);
}

const seriesOfLine = (line: string): readonly Series[] =>
  line.trim() === '' ? [] : seriesOf(resultsOf(JSON.parse(line)));

function seriesOf([result]: Results): readonly Series[] {
  if (!result || result.error === undefined) return result?.series ?? [];
  // Nothing is written yet, so nobody has created it; 2.x and 3.x say so in other words and with a status.
  if (/^database not found/.test(result.error)) return [];
  const isLoad = /timeout|max-concurrent/.test(result.error);
  throw new Fault(isLoad ? 'telemetry.unavailable' : 'telemetry.failed', `InfluxDB: ${result.error}`, isLoad);
}

function isMissing(thrown: unknown): boolean {
  if (thrown instanceof Fault) return false;
  const failure = failureOf(thrown);
  return failure.kind === 'missing' && /database|bucket|dbrp/i.test(failure.detail);
}

import { z } from 'zod';
import { Fault } from '@stadtfunk/kernel';
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
  const search = new URLSearchParams({ ...(database && { db: database }), epoch: 'ms' });
  const { content } = await connection.request(
    `/query?${search.toString()}`,
    new URLSearchParams({ q: text }).toString(),
    { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' } },
  );
  const parsed = Results.safeParse(content);
  if (parsed.success) return parsed.data.results;
  throw new Fault('telemetry.failed', 'InfluxDB: the answer to a query is not one that InfluxQL has', false);
}

/** The series that a query finds. */
export async function querySeries(
  connection: InfluxConnection,
  database: string,
  text: string,
): Promise<readonly Series[]> {
  const [result] = await queryContent(connection, database, text);
  if (!result || result.error === undefined) return result?.series ?? [];
  // Nothing is written yet, so nobody has created it; 2.x and 3.x say so in other words and with a status.
  if (/^database not found/.test(result.error)) return [];
  const isLoad = /timeout|max-concurrent/.test(result.error);
  throw new Fault(isLoad ? 'telemetry.unavailable' : 'telemetry.failed', `InfluxDB: ${result.error}`, isLoad);
}

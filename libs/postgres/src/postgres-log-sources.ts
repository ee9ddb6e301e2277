import { LogSources, type LogSource } from '@stadtfunk/ingest';
import type { Database } from './database.ts';
import { faultOf } from './faults.ts';
import { logSources } from './schema.ts';

/** What the processes that let uplinks in report of their local logs, in a table. */
export class PostgresLogSources extends LogSources {
  constructor(private readonly database: Database) {
    super();
  }

  override async report({ sourceId, ...state }: LogSource, at: number): Promise<void> {
    const row = { ...state, reportedAt: new Date(at) };
    await this.database.drizzle
      .insert(logSources)
      .values({ sourceId, ...row })
      .onConflictDoUpdate({ target: logSources.sourceId, set: row })
      .catch(fail);
  }

  override async list(): Promise<readonly LogSource[]> {
    const rows = await this.database.drizzle.select().from(logSources).orderBy(logSources.sourceId).catch(fail);
    return rows.map(({ sourceId, taken, forwarded, problem }) => ({ sourceId, taken, forwarded, problem }));
  }
}

function fail(thrown: unknown): never {
  throw faultOf('records', thrown);
}

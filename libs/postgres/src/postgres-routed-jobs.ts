import { RoutedJobs, type JobPriority, type RoutedJob, type Severity } from '@stadtfunk/maintenance';
import { desc, eq, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { query } from './query.ts';
import { assets, jobs } from './schema.ts';

/** Jobs with what they were routed by, out of the tables. */
export class PostgresRoutedJobs extends RoutedJobs {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override async latest(limit: number): Promise<readonly RoutedJob[]> {
    const rows = await query(this.#database, (drizzle) =>
      drizzle
        .select({
          jobId: jobs.jobId,
          number: jobs.number,
          kind: jobs.kind,
          priority: jobs.priority,
          department: jobs.department,
          crew: jobs.crew,
          draftedFor: jobs.draftedFor,
          severity: sql<Severity | null>`(
            select a.severity from job_alerts ja join alerts a on a.alert_id = ja.alert_id
            where ja.job_id = "jobs"."job_id" order by a.raised_at, a.alert_id limit 1)`,
          isDelegated: sql<boolean>`exists (
            select from job_history h where h.job_id = "jobs"."job_id" and h.action = 'delegate'
              and jsonb_exists_any(h.changes, array['department', 'crew']))`,
          type: assets.type,
          district: assets.district,
        })
        .from(jobs)
        .leftJoin(assets, eq(assets.assetId, jobs.assetId))
        .orderBy(desc(jobs.createdAt), desc(jobs.jobId))
        .limit(limit),
    );
    return rows.map((row) => ({ ...row, priority: row.priority as JobPriority }));
  }
}

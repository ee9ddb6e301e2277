import { MOST_ALERTS_OF_A_JOB, type Job } from '@stadtfunk/maintenance';
import { getTableColumns, sql, type SQL } from 'drizzle-orm';
import { jobOf, type JobRow } from './rows.ts';
import { jobs } from './schema.ts';

/** A job's row with the alerts that it covers. */
export const jobColumns = {
  ...getTableColumns(jobs),
  // Names written out: of a single table Drizzle leaves the table's name away, and inside `job_alerts` it is needed.
  alertIds: sql<readonly string[]>`(
    select coalesce(json_agg(covered.alert_id order by covered.alert_id), '[]')
    from job_alerts covered where covered.job_id = "jobs"."job_id"
  )`,
};

export function toJob(row: JobRow & { readonly alertIds: readonly string[] }): Job {
  return jobOf(row, row.alertIds);
}

/** Whether a job takes one more alert, as `takesAlerts` says. */
export function hasRoom(job: string): SQL {
  return sql.raw(
    `(select count(*) from job_alerts covered where covered.job_id = ${job}.job_id) < ${MOST_ALERTS_OF_A_JOB}`,
  );
}

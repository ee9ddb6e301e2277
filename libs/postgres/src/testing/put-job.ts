import type { Job } from '@stadtfunk/maintenance';
import type { Database } from '../database.ts';
import { jobs } from '../schema.ts';

/** Writes a job as the rules would, without history and events; `alertIds` stand elsewhere. */
export async function putJob(database: Database, { alertIds: _alertIds, ...job }: Omit<Job, 'number'>): Promise<void> {
  const time = (ms: number | null) => (ms === null ? null : new Date(ms));
  await database.drizzle.insert(jobs).values({
    ...job,
    tags: [...job.tags],
    createdAt: new Date(job.createdAt),
    dueAt: time(job.dueAt),
    overdueAt: time(job.overdueAt),
    closedAt: time(job.closedAt),
    unprovenAt: time(job.unprovenAt),
  });
}

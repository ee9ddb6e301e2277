import { aJob, describePhotoStore } from '@stadtfunk/maintenance/testing';
import { PostgresMaintenanceStore } from './postgres-maintenance-store.ts';
import { PostgresPhotoStore } from './postgres-photo-store.ts';
import { emptyTables, onEachDatabase } from './testing/each-database.ts';
import { putJob } from './testing/put-job.ts';

onEachDatabase((name, open) => {
  describePhotoStore(`PostgresPhotoStore on ${name}`, async () => {
    const database = await open();
    return {
      fresh: async () => {
        await emptyTables(database.pool);
        return { photos: new PostgresPhotoStore(database), maintenance: new PostgresMaintenanceStore(database) };
      },
      openJob: async (jobName) => {
        const job = aJob(jobName);
        await putJob(database, job);
        return job.jobId;
      },
      close: () => database.close(),
    };
  });
});

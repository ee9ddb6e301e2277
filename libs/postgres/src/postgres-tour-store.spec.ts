import { aJob } from '@stadtfunk/maintenance/testing';
import { describeTourStore } from '@stadtfunk/tours/testing';
import { PostgresMaintenanceStore } from './postgres-maintenance-store.ts';
import { PostgresTourStore } from './postgres-tour-store.ts';
import { assets } from './schema.ts';
import { emptyTables, onEachDatabase } from './testing/each-database.ts';
import { putJob } from './testing/put-job.ts';

onEachDatabase((name, open) => {
  describeTourStore(`PostgresTourStore on ${name}`, async () => {
    const database = await open();
    return {
      fresh: async () => {
        await emptyTables(database.pool);
        return { tours: new PostgresTourStore(database), maintenance: new PostgresMaintenanceStore(database) };
      },
      openJob: async (jobName, { position, district = null, ...differences }) => {
        const assetId = position ? jobName : null;
        if (position) {
          const location = { type: 'Point', coordinates: [position.longitude, position.latitude] };
          await database.drizzle
            .insert(assets)
            .values({ assetId: jobName, type: 'WasteContainer', location, district });
        }
        const job = aJob(jobName, { ...differences, assetId });
        await putJob(database, job);
        return job.jobId;
      },
      close: () => database.close(),
    };
  });
});

import { idFrom } from '@stadtfunk/kernel';
import { describePhotoStore } from '@stadtfunk/maintenance/testing';
import { aJob } from './city.ts';
import { MemoryMaintenanceStore } from './memory-maintenance-store.ts';
import { MemoryPhotoStore } from './memory-photo-store.ts';

describePhotoStore('MemoryPhotoStore', async () => {
  let maintenance: MemoryMaintenanceStore;
  return {
    fresh: async () => {
      maintenance = new MemoryMaintenanceStore();
      return { photos: new MemoryPhotoStore(maintenance), maintenance };
    },
    openJob: async (name) => {
      const job = aJob(idFrom('job', name));
      const created = { at: job.createdAt, actor: 'rule:x', action: 'create', from: null, note: null } as const;
      maintenance.putJob(job, { ...created, to: job.state });
      return job.jobId;
    },
    close: async () => {},
  };
});

import { idFrom } from '@stadtfunk/kernel';
import { ManualClock } from '@stadtfunk/kernel/testing';
import { describeTourStore } from '@stadtfunk/tours/testing';
import { aJob } from './city.ts';
import { MemoryDeviceRegistry } from './memory-device-registry.ts';
import { MemoryMaintenanceStore } from './memory-maintenance-store.ts';
import { MemoryTourStore } from './memory-tour-store.ts';

describeTourStore('MemoryTourStore', async () => {
  let maintenance: MemoryMaintenanceStore;
  let registry: MemoryDeviceRegistry;
  return {
    fresh: async () => {
      maintenance = new MemoryMaintenanceStore();
      registry = new MemoryDeviceRegistry(new ManualClock());
      return { tours: new MemoryTourStore(maintenance, registry), maintenance };
    },
    openJob: async (name, { position, district = null, ...differences }) => {
      const job = aJob(idFrom('job', name), { ...differences, assetId: position ? name : null });
      if (position) {
        const location = { type: 'Point', coordinates: [position.longitude, position.latitude] } as const;
        const about = { name: null, address: null, department: null, attributes: {}, district, location };
        await registry.createAsset({ assetId: name, type: 'WasteContainer', ...about });
      }
      const created = { at: job.createdAt, actor: 'rule:x', action: 'create', from: null, note: null } as const;
      maintenance.putJob(job, { ...created, to: job.state });
      return job.jobId;
    },
    close: async () => {},
  };
});

import { describeEscalation, describeJobLife, type MaintenanceStoreHarness } from '@stadtfunk/maintenance/testing';
import { MemoryMaintenanceStore } from './memory-maintenance-store.ts';

async function make(): Promise<MaintenanceStoreHarness> {
  let store = new MemoryMaintenanceStore();
  const number = 17;
  return {
    fresh: async () => (store = new MemoryMaintenanceStore()),
    raise: async (_alerts, jobs) => {
      for (const job of jobs) {
        const created = { at: job.createdAt, actor: 'rule:x', action: 'create', from: null, note: null } as const;
        store.putJob({ ...job, number }, { ...created, to: job.state });
      }
    },
    close: async () => {},
  };
}

describeJobLife('MemoryMaintenanceStore', make);
describeEscalation('MemoryMaintenanceStore', make);

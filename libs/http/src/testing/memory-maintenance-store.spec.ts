import { describeEscalation } from '@stadtfunk/maintenance/testing';
import { MemoryMaintenanceStore } from './memory-maintenance-store.ts';

describeEscalation('MemoryMaintenanceStore', async () => {
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
    reschedule: async (jobId, dueAt) => {
      const job = (await store.findJob(jobId))!;
      const event = { at: dueAt, actor: 'Anna Weber', action: 'comment', from: job.state, to: job.state } as const;
      store.putJob({ ...job, dueAt }, { ...event, note: null });
    },
    close: async () => {},
  };
});

import { moveJob } from '@stadtfunk/maintenance';
import { MemoryAlertSettlement } from './memory-alert-settlement.ts';
import { emptyRulesRows, MemoryRulesRecords } from './memory-rules-records.ts';
import { describeAlertSettlement } from './testing.ts';

describeAlertSettlement('in memory', async () => {
  const rows = emptyRulesRows();
  let installed = 0;
  return {
    records: new MemoryRulesRecords(rows, { holds: true }),
    settlement: new MemoryAlertSettlement(rows, { count: () => installed, hasAsset: () => false }),
    install: async (lamps) => void (installed = lamps),
    start: async (jobId) => {
      const job = rows.jobs.get(jobId)!;
      const moved = moveJob(job.state, 'start');
      if (!moved.ok) throw new Error(moved.error.detail);
      rows.jobs.set(jobId, { ...job, state: moved.value, version: job.version + 1 });
    },
    alerts: async () => [...rows.alerts.values()],
    jobs: async () => [...rows.jobs.values()],
    outside: async () => rows.events.filter(({ quiet }) => !quiet),
  };
});

import { moveJob } from '@stadtfunk/maintenance';
import { MemoryRulesRecords } from './memory-rules-records.ts';
import { describeRulesRecords } from './testing.ts';

describeRulesRecords('in memory', async () => {
  const records = new MemoryRulesRecords();
  const { alerts, shadows, jobs, history, events } = records.rows;
  return {
    records,
    another: async () => new MemoryRulesRecords(records.rows),
    say: async (jobId, action, at) => {
      const job = jobs.get(jobId)!;
      const moved = moveJob(job.state, action);
      if (!moved.ok) throw new Error(moved.error.detail);
      const closedAt = action === 'start' ? null : at;
      jobs.set(jobId, { ...job, state: moved.value, closedAt, version: job.version + 1 });
    },
    alerts: async () => [...alerts.values()],
    jobs: async () => [...jobs.values()],
    shadows: async () => [...shadows.values()],
    history: async (jobId) => history.filter((entry) => entry.jobId === jobId),
    events: async () => events,
  };
});

import { moveJob } from '@stadtfunk/maintenance';
import { expect, it } from 'vitest';
import { compileRules } from './compile-rules.ts';
import { DEFAULT_RULES } from './default-rules.ts';
import { MemoryAlertSettlement } from './memory-alert-settlement.ts';
import { emptyRulesRows, MemoryRulesRecords } from './memory-rules-records.ts';
import { describeAlertSettlement, RuleBench, subjectOf } from './testing.ts';

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

it('makes one job of a cabinet whose ten lamps report hourly, and one of a lamp elsewhere an hour later', async () => {
  const compiled = compileRules(DEFAULT_RULES);
  if (!compiled.ok) throw new Error('the default rules are broken');
  const minute = 60_000;
  const night = Date.UTC(2026, 9, 20, 18);
  const rows = emptyRulesRows();
  const records = new MemoryRulesRecords(rows, { holds: true });
  const settlement = new MemoryAlertSettlement(rows, {
    count: ({ value }) => (value === 'C-12' ? 10 : 20),
    hasAsset: () => true,
  });
  await records.positions('log-1', [0]);
  const lamps = Array.from({ length: 11 }, (_, index) => {
    const attributes = { powerRating: 60, refStreetlightControlCabinet: index < 10 ? 'C-12' : 'C-13' };
    const asset = { assetId: `lamp-${index}` };
    return new RuleBench(compiled.value, subjectOf('Streetlight', { attributes, asset }));
  });
  const jobs = () => [...rows.jobs.values()].map(({ assetId, priority }) => [assetId, priority]);

  // Dark from the beginning of the night on; they report six minutes after each other, the single one as the sixth does.
  for (let passed = 0; passed <= 180; passed++) {
    const at = night + passed * minute;
    const changes = lamps.flatMap((lamp, index) => {
      return (passed - (index % 10) * 6) % 60 === (index < 10 ? 0 : 30) ? lamp.hear(at, { activePower: 0.5 }) : [];
    });
    await records.commit({ logId: 'log-1', reached: [[0, passed + 1]], states: [], changes, at });
    await settlement.settle(at);
    if (passed === 149) expect(jobs()).toEqual([['C-12', 'urgent']]);
  }

  expect(jobs()).toEqual([
    ['C-12', 'urgent'],
    ['lamp-10', 'normal'],
  ]);
});

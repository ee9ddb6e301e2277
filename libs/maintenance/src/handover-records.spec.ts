import { ManualClock } from '@stadtfunk/kernel/testing';
import { describeHandoverRecords } from './testing/handover-records.ts';
import { MemoryHandoverRecords } from './testing/memory-handover-records.ts';

describeHandoverRecords('MemoryHandoverRecords', async () => {
  let clock = new ManualClock();
  return {
    fresh: async () => new MemoryHandoverRecords((clock = new ManualClock())),
    pass: async (ms) => clock.advance(ms),
    close: async () => {},
  };
});

import { MemoryDueRollUps } from './memory-due-roll-ups.ts';
import { MemoryRollUps } from './memory-roll-ups.ts';
import { MemoryTelemetryStore } from './memory-telemetry-store.ts';
import { describeDueRollUps, describeRollUps } from './testing.ts';

describeDueRollUps('in memory', async () => new MemoryDueRollUps());

describeRollUps('in memory', async () => {
  const telemetry = new MemoryTelemetryStore();
  return {
    telemetry,
    rollUps: new MemoryRollUps(telemetry),
    due: new MemoryDueRollUps(),
    expireReadings: async (before) => void telemetry.purge(before, Infinity),
  };
});

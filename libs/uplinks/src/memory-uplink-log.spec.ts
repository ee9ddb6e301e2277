import { MemoryUplinkLog } from './memory-uplink-log.ts';
import { describeUplinkLog, realTime } from './testing.ts';

const harness = (log: MemoryUplinkLog) =>
  Promise.resolve({ log, reopen: () => Promise.resolve(log), stop: () => Promise.resolve() });

describeUplinkLog('MemoryUplinkLog', {
  make: () => harness(new MemoryUplinkLog({ schedule: realTime })),
  makeForgetful: () => harness(new MemoryUplinkLog({ schedule: realTime, forgetPassed: true })),
});

import { MemoryTelemetryStore } from './memory-telemetry-store.ts';
import { describeTelemetryStore } from './testing.ts';

describeTelemetryStore('in memory', async () => new MemoryTelemetryStore());

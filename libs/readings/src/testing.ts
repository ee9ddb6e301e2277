export { describeDueRollUps } from './testing/due-roll-ups.ts';
export { readingOf } from './testing/reading-of.ts';
export { describeRollUps, type RollUpsHarness } from './testing/roll-ups.ts';
export { describeTelemetryStore } from './testing/telemetry-store.ts';

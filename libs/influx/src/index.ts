export { InfluxRollUps } from './influx-roll-ups.ts';
export { InfluxTelemetryStore } from './influx-telemetry-store.ts';
export { type InfluxLimits, type InfluxLog, type InfluxOptions } from './influx-options.ts';

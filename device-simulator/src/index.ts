export { buildHanau, DEMO_SIZE, type City, type CitySize } from './things/demo-city.ts';
export { Fleet, type FleetCounts, type FleetOptions } from './fleet.ts';
export { provision, type Credentials, type KnownCredentials, type ProvisionTarget } from './provision.ts';
export { Random } from './random.ts';
export { type AssetSpec, type DeviceSpec, type Thing } from './things/thing.ts';
export { type Arrival, type ArrivalSink } from './simulation/arrival.ts';
export { Simulation } from './simulation/simulation.ts';
export { type ClockFace, type FirmwareSettings, type SimulationOptions } from './simulation/simulation-options.ts';

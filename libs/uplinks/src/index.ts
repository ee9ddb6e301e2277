export { Arrivals, type Waiting } from './arrivals.ts';
export { Consumer, reachedBy, sliceOf, type Consumption } from './consume.ts';
export { UplinkIntake, type Done, type UplinkIntakeOptions } from './commit-queue.ts';
export { MemoryUplinkLog, type MemoryUplinkLogOptions } from './memory-uplink-log.ts';
export { PartitionOwnership, SoleOwner } from './partition-ownership.ts';
export type { Schedule } from './schedule.ts';
export { partitionOf, type StoredUplink, type Uplink } from './uplink.ts';
export { CONSUMER_GROUPS, UplinkLog, type ConsumerGroup, type Positions, type UplinkCursor } from './uplink-log.ts';
export { MemoryGroupPositions, type PositionTable } from './memory-group-positions.ts';

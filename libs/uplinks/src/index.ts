export { Consumer, reachedBy, type Consumption } from './consume.ts';
export { partitionOf, type StoredUplink, type Uplink } from './uplink.ts';
export { CONSUMER_GROUPS, UplinkLog, type ConsumerGroup, type Positions, type UplinkCursor } from './uplink-log.ts';

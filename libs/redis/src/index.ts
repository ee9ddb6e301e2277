export { examineRedis, type Durability } from './durability.ts';
export type { ForwardTarget, Parcel, SourceMarks } from './forward-target.ts';
export { Forwarder, type Forwarding, type ForwarderStatus } from './forwarder.ts';
export { REDIS_UPLINK_LOG_DEFAULTS, type RedisUplinkLogOptions } from './options.ts';
export { RedisUplinkLog } from './redis-uplink-log.ts';

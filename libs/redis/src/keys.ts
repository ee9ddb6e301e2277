/** What all keys of the log begin with. */
const PREFIX = 'stadtfunk';

/** Holds the identity of the log: format, logId, partitions. */
export const LOG_KEY = `${PREFIX}:log`;

/*
 * The hash tag in braces keeps all keys of a partition in one slot of a Redis Cluster, so that a script may touch them
 * together.
 */

/** The stream of a partition. The id of an entry is `<last sequence of the frame>-0`. */
export const streamKey = (partition: number): string => `${PREFIX}:{${partition}}:uplinks`;

/** A hash: `log` (its identity), `head`, `floor`, `bytes`, `group:<name>` (how far a group has come), `lost`. */
export const stateKey = (partition: number): string => `${PREFIX}:{${partition}}:state`;

/** A hash: per partition of the source log the last sequence that is forwarded. */
export const sourceKey = (partition: number, sourceId: string): string => `${PREFIX}:{${partition}}:source:${sourceId}`;

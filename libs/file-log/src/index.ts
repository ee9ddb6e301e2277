export { crc32c } from './crc32c.ts';
export type { FileLayer, LogFile } from './file-layer.ts';
export { FileUplinkLog } from './file-uplink-log.ts';
export { nodeFiles } from './node-files.ts';
export { readUplinkFiles } from './read-uplink-files.ts';
export { FILE_UPLINK_LOG_DEFAULTS, type FileUplinkLogOptions, type FileUplinkLogStatus } from './options.ts';

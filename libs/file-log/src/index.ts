export { crc32c } from './crc32c.ts';
export type { FileLayer, LogFile } from './file-layer.ts';
export {
  FILE_UPLINK_LOG_DEFAULTS,
  FileUplinkLog,
  type FileUplinkLogOptions,
  type FileUplinkLogStatus,
} from './file-uplink-log.ts';
export { nodeFiles } from './node-files.ts';

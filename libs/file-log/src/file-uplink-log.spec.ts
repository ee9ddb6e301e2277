import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeUplinkLog } from '@stadtfunk/uplinks/testing';
import { FileUplinkLog, type FileUplinkLogOptions } from './file-uplink-log.ts';

async function harness(options: Omit<FileUplinkLogOptions, 'directory'> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'stadtfunk-file-log-'));
  let log = await FileUplinkLog.open({ directory, ...options });
  return {
    log,
    reopen: async () => {
      await log.close();
      return (log = await FileUplinkLog.open({ directory, ...options }));
    },
    stop: async () => {
      await log.close();
      await rm(directory, { recursive: true });
    },
  };
}

const partitions = 4;

describeUplinkLog('FileUplinkLog', {
  make: () => harness({ partitions }),
  makeForgetful: () => harness({ partitions, segmentBytes: 64 * 1024, retainBytes: 0 }),
});

describeUplinkLog('FileUplinkLog in many small segments', {
  make: () => harness({ partitions, segmentBytes: 4 * 1024 }),
  makeForgetful: () => harness({ partitions, segmentBytes: 4 * 1024, retainMs: 0 }),
});

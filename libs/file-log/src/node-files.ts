import { open, mkdir, readdir, rename, rm, statfs, type FileHandle } from 'node:fs/promises';
import { lockDirectory } from './directory-lock.ts';
import type { FileLayer, LogFile } from './file-layer.ts';

const FLAGS = { create: 'wx+', write: 'r+', read: 'r' } as const;

class NodeLogFile implements LogFile {
  constructor(private readonly handle: FileHandle) {}

  async write(bytes: Uint8Array, position: number): Promise<number> {
    return (await this.handle.write(bytes, 0, bytes.length, position)).bytesWritten;
  }
  async read(target: Uint8Array, position: number): Promise<number> {
    return (await this.handle.read(target, 0, target.length, position)).bytesRead;
  }
  sync(): Promise<void> {
    return this.handle.datasync();
  }
  truncate(length: number): Promise<void> {
    return this.handle.truncate(length);
  }
  async size(): Promise<number> {
    return (await this.handle.stat()).size;
  }
  close(): Promise<void> {
    return this.handle.close();
  }
}

/** The file system of the machine. */
export const nodeFiles: FileLayer = {
  async open(path, mode) {
    return new NodeLogFile(await open(path, FLAGS[mode], 0o640));
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  list: (directory) => readdir(directory),
  async makeDirectory(directory) {
    await mkdir(directory, { recursive: true, mode: 0o750 });
  },
  async syncDirectory(directory) {
    const handle = await open(directory, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  async freeBytes(directory) {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  },
  lock: lockDirectory,
};

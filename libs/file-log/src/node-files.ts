import { open, mkdir, readdir, rename, rm, statfs, type FileHandle } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { lockDirectory } from './directory-lock.ts';
import { codeOf, type FileLayer, type LogFile } from './file-layer.ts';

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
    // Also when it was there: whoever made it may have been stopped before its name was durable.
    for (let path = resolve(directory); path !== dirname(path); path = dirname(path)) {
      if (!(await syncNames(dirname(path)))) break;
    }
  },
  async syncDirectory(directory) {
    await syncHandle(await open(directory, 'r'));
  },
  async freeBytes(directory) {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  },
  lock: lockDirectory,
};

/** Gives false for a directory that is not ours to open: then nobody has made its names just now. */
async function syncNames(directory: string): Promise<boolean> {
  let handle: FileHandle;
  try {
    handle = await open(directory, 'r');
  } catch (thrown) {
    if (['EACCES', 'EPERM'].includes(codeOf(thrown))) return false;
    throw thrown;
  }
  try {
    await syncHandle(handle);
    return true;
  } catch (thrown) {
    // File systems that are read-only or have nothing to sync; nothing was made there.
    if (['EROFS', 'EINVAL', 'ENOTSUP'].includes(codeOf(thrown))) return false;
    throw thrown;
  }
}

async function syncHandle(handle: FileHandle): Promise<void> {
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

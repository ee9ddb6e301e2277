import type { DirectoryLock } from './directory-lock.ts';

/** One open file. Reads and writes may be short, as those of the operating system. */
export interface LogFile {
  write(bytes: Uint8Array, position: number): Promise<number>;
  read(target: Uint8Array, position: number): Promise<number>;
  /** Returns when content and length are on stable storage (`fdatasync`). */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

/** What the log needs of a file system, so that tests can cut the power and break the disk. */
export interface FileLayer {
  /** `create` fails when the file exists. */
  open(path: string, mode: 'create' | 'write' | 'read'): Promise<LogFile>;
  rename(from: string, to: string): Promise<void>;
  /** A file that is already gone counts as removed. */
  remove(path: string): Promise<void>;
  list(directory: string): Promise<string[]>;
  /** With everything above it that is missing, durably. */
  makeDirectory(directory: string): Promise<void>;
  /** Makes created, renamed and removed names durable. */
  syncDirectory(directory: string): Promise<void>;
  freeBytes(directory: string): Promise<number>;
  /** Keeps other processes out; throws a `Fault` `log.locked` when one is in. */
  lock(directory: string): Promise<DirectoryLock>;
}

export async function writeFully(file: LogFile, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const written = await file.write(done === 0 ? bytes : bytes.subarray(done), position + done);
    if (written <= 0) throw Object.assign(new Error('the file system wrote nothing'), { code: 'EIO' });
    done += written;
  }
}

/** Reads until `target` is full or the file ends; gives the number of bytes. */
export async function readFully(file: LogFile, target: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < target.length) {
    const count = await file.read(done === 0 ? target : target.subarray(done), position + done);
    if (count <= 0) break;
    done += count;
  }
  return done;
}

/** The whole content, or undefined when there is no such file. */
export async function readWhole(layer: FileLayer, path: string): Promise<Buffer | undefined> {
  let file: LogFile;
  try {
    file = await layer.open(path, 'read');
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
  try {
    const bytes = Buffer.alloc(await file.size());
    return bytes.subarray(0, await readFully(file, bytes, 0));
  } finally {
    await file.close();
  }
}

/** Puts a whole file in place: after a crash there is the old content or the new one, never a part. */
export async function replaceFile(
  layer: FileLayer,
  directory: string,
  name: string,
  bytes: Uint8Array,
): Promise<LogFile> {
  const temporary = `${directory}/${name}.tmp`;
  await layer.remove(temporary);
  const file = await layer.open(temporary, 'create');
  try {
    await writeFully(file, bytes, 0);
    await file.sync();
    await layer.rename(temporary, `${directory}/${name}`);
    await layer.syncDirectory(directory);
    return file;
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

/** The operating system's name of an error, such as `ENOSPC`. */
export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}

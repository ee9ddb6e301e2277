import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { RecordingReader, type RecordingFile } from '@stadtfunk/device-simulator';
import { Fault } from '@stadtfunk/kernel';
import { UserError } from '@stadtfunk/platform';

/** A new file on the disk. */
export class NewRecordingFile implements RecordingFile {
  private constructor(private readonly handle: FileHandle) {}

  /** Never writes over a file that is there, unless it is told to. */
  static async create(path: string, force: boolean): Promise<NewRecordingFile> {
    try {
      return new NewRecordingFile(await open(path, force ? 'w' : 'wx', 0o640));
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      const why = code === 'EEXIST' ? 'it is there already (--force writes over it)' : code;
      throw new UserError(`cannot create ${path}: ${why}`, 2);
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.handle.appendFile(bytes);
  }

  sync(): Promise<void> {
    return this.handle.datasync();
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** Opens a recording; one that is not there, or none, is no defect of ours. */
export async function openRecording(path: string): Promise<RecordingReader> {
  return readingRecording(path, () => RecordingReader.open(createReadStream(path, { highWaterMark: 256 * 1024 })));
}

/** What reading fails with, in a line. */
export async function readingRecording<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'recording.invalid')
      throw new UserError(`${path}: ${thrown.message}`);
    if (thrown instanceof Error && 'syscall' in thrown)
      throw new UserError(`cannot read the recording: ${thrown.message}`, 2);
    throw thrown;
  }
}

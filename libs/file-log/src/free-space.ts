import { Fault } from '@stadtfunk/kernel';
import { MIB, type FileUplinkLogOptions } from './options.ts';

const CHECK_EVERY_MS = 1_000;
const CHECK_EVERY_BYTES = 16 * MIB;

/** Refuses new bytes while the file system has less than `minFreeBytes`. Looks once a second and every 16 MiB. */
export class FreeSpace {
  #checkedAt = -Infinity;
  #bytesSince = 0;

  constructor(private readonly options: Required<FileUplinkLogOptions>) {}

  /** Throws a `Fault` `log.full`. */
  async claim(bytes: number): Promise<void> {
    const { now, files, directory, minFreeBytes } = this.options;
    this.#bytesSince += bytes;
    // A clock that was set back is no reason not to look.
    const sinceMs = Math.abs(now() - this.#checkedAt);
    if (sinceMs < CHECK_EVERY_MS && this.#bytesSince < CHECK_EVERY_BYTES) return;
    const freeBytes = await files.freeBytes(directory);
    if (freeBytes < minFreeBytes) {
      throw new Fault('log.full', `${freeBytes} bytes are free, ${minFreeBytes} have to stay free`, true);
    }
    // Only a good answer counts for a while: below the threshold every append looks again.
    this.#checkedAt = now();
    this.#bytesSince = 0;
  }
}

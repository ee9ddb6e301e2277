import type { MemoryDeviceDirectory } from './device-directory.ts';
import type { DeviceRegistry } from './device-registry.ts';

/** Keeps a directory up to date with the registry. One look at a time: whoever asks meanwhile shares the next one. */
export class DirectoryFeed {
  #revision = 0;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(
    private readonly registry: DeviceRegistry,
    private readonly directory: MemoryDeviceDirectory,
  ) {}

  /** Resolves when the directory knows everything that was in the registry at the call. */
  refresh(): Promise<void> {
    if (!this.#running) return (this.#running = this.#look());
    this.#next ??= this.#running.then(
      () => this.#begin(),
      () => this.#begin(),
    );
    return this.#next;
  }

  #begin(): Promise<void> {
    this.#next = undefined;
    return (this.#running = this.#look());
  }

  async #look(): Promise<void> {
    try {
      const { revision, devices } = await this.registry.changesSince(this.#revision);
      for (const entry of devices) this.directory.put(entry);
      this.#revision = revision;
    } finally {
      this.#running = undefined;
    }
  }
}

import type { BoundDevice } from './device.ts';

/** Answers from memory who a device is. Kept up to date by whoever composes the process. */
export abstract class DeviceDirectory {
  abstract find(deviceId: string): BoundDevice | undefined;
  /** All devices, in any order. */
  abstract entries(): Iterable<BoundDevice>;
}

/** The directory itself: filled from the registry at start, then with what changes. Also the in-memory twin in tests. */
export class MemoryDeviceDirectory extends DeviceDirectory {
  readonly #devices = new Map<string, BoundDevice>();

  override find(deviceId: string): BoundDevice | undefined {
    return this.#devices.get(deviceId);
  }

  put(entry: BoundDevice): void {
    this.#devices.set(entry.device.deviceId, entry);
  }

  remove(deviceId: string): void {
    this.#devices.delete(deviceId);
  }

  override entries(): Iterable<BoundDevice> {
    return this.#devices.values();
  }

  get size(): number {
    return this.#devices.size;
  }
}

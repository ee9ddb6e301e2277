import { setTimeout as pause } from 'node:timers/promises';
import { TestDevice, type RegisteredDevice } from './device.ts';

/** Publishes one reading after the other, each until it is acknowledged, as a device with a little flash memory does. */
export class StubbornDevice {
  /** Device times, UTC ms, of what was acknowledged, in order. */
  readonly acknowledged: number[] = [];
  /** Of each of them, when the acknowledgement came, UTC ms. */
  readonly acknowledgedAt: number[] = [];
  attempts = 0;
  #time = 0;
  #pending: number | undefined;

  constructor(readonly registered: RegisteredDevice) {}

  /** Until the connection breaks, or `isOver`. */
  async publishUntil(mqttUrl: string, isOver: () => boolean, paceMs = 0): Promise<void> {
    const device = await TestDevice.connect(mqttUrl, this.registered).catch(() => undefined);
    if (!device) return;
    try {
      while (!isOver()) {
        this.#pending ??= this.#time = Math.max(this.#time + 1, Date.now());
        const fillingLevel = isFull(this.acknowledged.length) ? 0.97 : 0.1;
        this.attempts++;
        await device.publish(JSON.stringify({ observedAt: this.#pending, values: { fillingLevel } }));
        this.acknowledged.push(this.#pending);
        this.acknowledgedAt.push(Date.now());
        this.#pending = undefined;
        await pause(paceMs);
      }
    } catch {
      // Killed in mid-flight: the reading stays pending and is sent again after the restart.
    } finally {
      await device.end();
    }
  }
}

/** Ten empty readings, ten full ones: an alert opens and clears again and again. */
function isFull(index: number): boolean {
  return Math.floor(index / 10) % 2 === 1;
}

/** How many times a device that had so many readings acknowledged was full. */
export function timesFull(readings: number): number {
  return Array.from({ length: readings }, (_, index) => index).filter((index) => isFull(index) && !isFull(index - 1))
    .length;
}

/** Acknowledged uplinks of all devices. */
export function countOf(devices: readonly StubbornDevice[]): number {
  return devices.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
}

import type { Parts } from './parts.ts';

interface Kept {
  readonly payload: Uint8Array;
  readonly measuredAt: number;
  readonly isRight: boolean;
}

/** Hands uplinks to the modem, and keeps those that the network did not take, where a model does so. */
export class Outbox {
  readonly #parts: Parts;
  readonly #deviceId: string;
  readonly #keeps: number;
  readonly #kept: Kept[] = [];

  /** @param keeps so many at the most */
  constructor(parts: Parts, keeps: number) {
    this.#parts = parts;
    this.#deviceId = parts.device.deviceId;
    this.#keeps = keeps;
  }

  /** Sends, and after it what was kept, oldest first. Gives whether the network took it. */
  send(at: number, payload: Uint8Array, measuredAt: number, isRight: boolean): boolean {
    const isDelivered = this.#transmit(at, payload, measuredAt, isRight);
    if (this.#keeps === 0) return isDelivered;
    if (!isDelivered) {
      if (this.#kept.length === this.#keeps) this.#kept.shift();
      this.#kept.push({ payload, measuredAt, isRight });
      return false;
    }
    while (this.#kept.length > 0) {
      const { payload, measuredAt, isRight } = this.#kept[0]!;
      if (!this.#transmit(at, payload, measuredAt, isRight)) break;
      this.#kept.shift();
    }
    return true;
  }

  /** Without keeping it: what only says that the device is there. */
  announce(at: number, payload: Uint8Array): void {
    this.#transmit(at, payload, NaN, false);
  }

  /** A start forgets everything. */
  clear(): void {
    this.#kept.length = 0;
  }

  #transmit(at: number, whole: Uint8Array, measuredAt: number, wasMeasuredRight: boolean): boolean {
    const { channel, clock, arrive, device } = this.#parts;
    if (!channel.send(at)) return false;
    clock.synchronise();
    const { index: deviceIndex } = device;
    const deviceId = this.#deviceId;
    const payload = channel.torn(at, whole);
    const { arrivedAt, repeatedAt } = channel;
    arrive({ at: arrivedAt, deviceIndex, deviceId, payload, measuredAt, wasMeasuredRight, isRepeat: false });
    if (repeatedAt > 0) {
      arrive({ at: repeatedAt, deviceIndex, deviceId, payload, measuredAt, wasMeasuredRight, isRepeat: true });
    }
    return true;
  }
}

import { LISTENINGS, pagedAt, type Listening } from '../radio/listening.ts';
import type { Random } from '../random.ts';
import type { Downlink } from '../simulation/downlink.ts';
import type { Parts } from './parts.ts';

/** What waits longer than this is given up, and the oldest where there are more. */
const KEPT_MS = 7 * 86_400_000;
const MOST_WAITING = 16;
/** A page that nobody answers is repeated after this (assumed). */
const RETRY_AFTER_MS = 60_000;

/** What waits in the network for one device until that listens. */
export class Downlinks {
  /** When the next is tried, UTC ms; Infinity: nothing waits, or only an uplink can bring it. */
  nextAt = Infinity;
  readonly #parts: Parts;
  readonly #listening: Listening;
  readonly #random: Random;
  readonly #phaseMs: number;
  /** In the order in which they were sent. */
  readonly #waiting: Downlink[];
  /** Up to when it listens after its last uplink. */
  #activeUntil = -Infinity;

  /** @param planned in the order of `sentAt` */
  constructor(parts: Parts, random: Random, planned: readonly Downlink[]) {
    this.#parts = parts;
    this.#listening = LISTENINGS[parts.device.model];
    this.#random = random;
    const { cycleMs } = this.#listening;
    this.#phaseMs = cycleMs === Infinity ? 0 : random.between(0, cycleMs);
    this.#waiting = [...planned];
    this.#plan(parts.from);
  }

  /** One more, sent at this moment. */
  add(payload: Uint8Array, at: number): void {
    const later = this.#waiting.findIndex(({ sentAt }) => sentAt > at);
    this.#waiting.splice(later === -1 ? this.#waiting.length : later, 0, { payload, sentAt: at });
    const sent = this.#waiting.filter(({ sentAt }) => sentAt <= at);
    if (sent.length > MOST_WAITING) this.#end(sent[0]!, null);
    this.#plan(at);
  }

  /** An uplink was acknowledged at this moment: it listens now, for a while. */
  listen(at: number): void {
    this.#activeUntil = at + this.#listening.activeMs;
    this.#plan(at);
  }

  /** Tries what is due. Gives what came through, or null. @param isOn whether the device runs */
  take(at: number, isOn: boolean): Uint8Array | null {
    for (const old of this.#waiting.filter(({ sentAt }) => at - sentAt > KEPT_MS)) this.#end(old, null);
    const [first] = this.#waiting;
    const { channel } = this.#parts;
    // Drawn in any case, so that what else is wrong changes nothing for the next one.
    const isHeard = this.#random.chance(channel.delivery);
    if (first === undefined || first.sentAt > at || !isHeard || !isOn || channel.isHeldBack(at)) {
      // It sleeps on: the next chance is another page, or the next uplink.
      this.#activeUntil = -Infinity;
      this.#plan(at + RETRY_AFTER_MS);
      return null;
    }
    this.#end(first, at);
    this.#plan(at + 1);
    return first.payload;
  }

  #end(downlink: Downlink, heardAt: number | null): void {
    this.#waiting.splice(this.#waiting.indexOf(downlink), 1);
    this.#parts.downlinked?.({ ...downlink, deviceId: this.#parts.device.deviceId, heardAt });
  }

  /** From this moment on. */
  #plan(at: number): void {
    const [first] = this.#waiting;
    if (first === undefined) {
      this.nextAt = Infinity;
      return;
    }
    const from = Math.max(at, first.sentAt);
    const active = from < this.#activeUntil ? from : Infinity;
    this.nextAt = Math.min(active, pagedAt(this.#listening, this.#phaseMs, from));
  }
}

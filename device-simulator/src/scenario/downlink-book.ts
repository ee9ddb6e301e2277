import { quantileOf } from '../exam/tally.ts';
import type { EndedDownlink } from '../simulation/downlink.ts';

/** What became of the downlinks of a run. */
export interface DownlinkCounts {
  readonly sent: number;
  readonly heard: number;
  /** Up to when the device heard them, s; null: none was heard. */
  readonly medianWaitSeconds: number | null;
  readonly longestWaitSeconds: number | null;
}

/** Keeps how long downlinks waited until their devices listened. */
export class DownlinkBook {
  sent = 0;
  readonly #waitsMs: number[] = [];

  note({ sentAt, heardAt }: EndedDownlink): void {
    if (heardAt !== null) this.#waitsMs.push(heardAt - sentAt);
  }

  get counts(): DownlinkCounts {
    const seconds = (part: number) => {
      const ms = quantileOf(this.#waitsMs, part);
      return ms === null ? null : Math.round(ms / 1000);
    };
    const [medianWaitSeconds, longestWaitSeconds] = [seconds(0.5), seconds(1)];
    return { sent: this.sent, heard: this.#waitsMs.length, medianWaitSeconds, longestWaitSeconds };
  }
}

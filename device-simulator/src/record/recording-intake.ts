import { Fault, messageOf } from '@stadtfunk/kernel';
import type { Uplink } from '@stadtfunk/uplinks';
import type { RecordingItem } from './recording-item.ts';
import type { RecordingWriter } from './recording-writer.ts';

type Done = (fault: Fault | null) => void;

/**
 * Takes uplinks as they arrive, and answers each when it is on stable storage: a broker that waits for the answer sends again what
 * a killed recorder has lost. Answers in the order of the offers.
 */
export class RecordingIntake {
  readonly #waiting: { readonly uplink: Uplink; readonly done: Done }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #fault: Fault | undefined;

  /**
   * @param edit what is to be written of an uplink, null: nothing
   * @param onFault told once; nothing is taken any more
   * @param everyMs what a block is gathered for: shorter blocks compress worse
   */
  constructor(
    private readonly writer: RecordingWriter,
    private readonly edit: (item: RecordingItem) => RecordingItem | null,
    private readonly onFault: (fault: Fault) => void,
    private readonly everyMs = 200,
  ) {}

  offer(uplink: Uplink, done: Done): void {
    // What comes from a socket is a view of bytes that are used again.
    this.#waiting.push({ uplink: { ...uplink, payload: Uint8Array.from(uplink.payload) }, done });
    this.#timer ??= setTimeout(() => void this.#write(), this.everyMs);
  }

  /** Writes what was offered. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#writing;
    await this.#write();
  }

  #write(): Promise<void> {
    this.#writing = (this.#writing ?? Promise.resolve()).then(async () => {
      this.#timer = undefined;
      const batch = this.#waiting.splice(0);
      try {
        if (!this.#fault) await this.#append(batch.map(({ uplink }) => uplink));
      } catch (thrown) {
        this.#fault = thrown instanceof Fault ? thrown : new Fault('recording.io', messageOf(thrown), false, thrown);
        this.onFault(this.#fault);
      }
      for (const { done } of batch) done(this.#fault ?? null);
    });
    return this.#writing;
  }

  async #append(uplinks: readonly Uplink[]): Promise<void> {
    for (const uplink of uplinks) {
      const item = this.edit({ type: 'uplink', uplink });
      if (item) await this.writer.add(item);
    }
    if (uplinks.length > 0) await this.writer.flush();
  }
}

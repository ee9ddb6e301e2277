const PUBACK = 0x40;
const PUBREC = 0x50;
const PACKET_BYTES = 4;

/** A packet from the broker that is not acknowledged yet. */
interface Pending {
  readonly qos: 0 | 1 | 2;
  readonly messageId: number;
  isSettled: boolean;
}

/**
 * Acknowledgements in the order of arrival (MQTT-4.6.0-2), whatever the order in which they fall due; those of one turn
 * leave in one write.
 */
export class Acknowledgements {
  readonly #pending: Pending[] = [];
  #head = 0;
  #due: Pending[] = [];

  constructor(private readonly write: (bytes: Buffer) => void) {}

  /** A packet has arrived; the function given back acknowledges it. */
  expect(qos: 0 | 1 | 2, messageId: number): () => void {
    if (qos === 0) return () => undefined;
    const pending: Pending = { qos, messageId, isSettled: false };
    this.#pending.push(pending);
    return () => {
      pending.isSettled = true;
      this.#release();
    };
  }

  /** Writes at once what is due. */
  flush(): void {
    const due = this.#due;
    if (due.length === 0) return;
    this.#due = [];
    const bytes = Buffer.allocUnsafe(due.length * PACKET_BYTES);
    let at = 0;
    for (const { qos, messageId } of due) {
      bytes[at] = qos === 1 ? PUBACK : PUBREC;
      bytes[at + 1] = 2;
      bytes.writeUInt16BE(messageId, at + 2);
      at += PACKET_BYTES;
    }
    this.write(bytes);
  }

  #release(): void {
    for (let next = this.#pending[this.#head]; next?.isSettled; next = this.#pending[this.#head]) {
      if (this.#due.length === 0) queueMicrotask(() => this.flush());
      this.#due.push(next);
      this.#head += 1;
    }
    // Shifting one by one would move the whole list each time.
    if (this.#head > 1_024 || this.#head === this.#pending.length) {
      this.#pending.splice(0, this.#head);
      this.#head = 0;
    }
  }
}

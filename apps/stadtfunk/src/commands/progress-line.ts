/** A line on standard error that is written over; where that is no terminal, now and then a line. */
export class ProgressLine {
  readonly #isTerminal = process.stderr.isTTY;
  readonly #timer: NodeJS.Timeout;
  #last = '';

  constructor(text: () => string, everyMs = process.stderr.isTTY ? 250 : 5_000) {
    this.#timer = setInterval(() => this.#write(text()), everyMs);
  }

  /** Ends it; a terminal shows the last state. */
  end(text?: string): void {
    clearInterval(this.#timer);
    if (text !== undefined) this.#write(text);
    if (this.#isTerminal && this.#last !== '') process.stderr.write('\n');
  }

  #write(text: string): void {
    if (text === this.#last) return;
    this.#last = text;
    process.stderr.write(this.#isTerminal ? `\r\u001b[K${text}` : `${text}\n`);
  }
}

/** `[=========>          ] 45 %` */
export function bar(share: number): string {
  const width = 20;
  const bounded = Math.min(1, Math.max(0, share));
  const full = Math.round(bounded * width);
  return `[${'='.repeat(full)}${' '.repeat(width - full)}] ${Math.round(bounded * 100)} %`;
}

/** Where the intake writes what a person should know. A pino logger is one. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Lines per code and second. Strangers cause refusals, and must not be able to fill the disk with them. */
const LINES_PER_SECOND = 10;

/** Writes refusals, a few per second of each code, and then how many were left out. */
export class RefusalLog {
  readonly #seconds = new Map<string, { second: number; lines: number }>();

  constructor(
    private readonly log: Log,
    private readonly nowMs: () => number,
    private readonly by = 'the MQTT intake',
  ) {}

  write(code: string, fields: object): void {
    const second = Math.floor(this.nowMs() / 1_000);
    const last = this.#seconds.get(code);
    const omitted = last ? Math.max(0, last.lines - LINES_PER_SECOND) : 0;
    const current = last?.second === second ? last : { second, lines: 0 };
    if (current !== last) this.#seconds.set(code, current);
    current.lines += 1;
    if (current.lines > LINES_PER_SECOND) return;
    this.log.warn({ code, ...fields, ...(current !== last && omitted > 0 && { omitted }) }, `refused by ${this.by}`);
  }
}

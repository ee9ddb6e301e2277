/**
 * Something unexpected that went wrong: a server away, a disk full, a defect. Thrown, never returned.
 * `retryable` answers whether the same call may succeed later without anybody changing anything.
 */
export class Fault extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly retryable: boolean,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Fault';
  }
}

/** The text of whatever was thrown, for logs and problem details. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

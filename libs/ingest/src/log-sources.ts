/** What a process that lets uplinks in says of its local log, from which they are forwarded into the shared one. */
export interface LogSource {
  /** Identity of the local log. */
  readonly sourceId: string;
  /** Uplinks that it has taken since its beginning. */
  readonly taken: number;
  /** How many of them it knows to be in the shared log. */
  readonly forwarded: number;
  /** Code and detail of what keeps it from forwarding; null: nothing. */
  readonly problem: string | null;
}

/** The local logs of an installation. What is received begins there, so the ledger has to know of all of them. */
export abstract class LogSources {
  /** Says how a source stands at `at`, UTC ms. The last word counts. */
  abstract report(source: LogSource, at: number): Promise<void>;
  abstract list(): Promise<readonly LogSource[]>;
}

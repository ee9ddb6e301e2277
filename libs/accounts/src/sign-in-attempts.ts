/** Failed attempts in a row, of an address or at a name. */
export interface Failures {
  readonly count: number;
  /** Of the last one, UTC ms. */
  readonly lastAt: number;
}

/** How failures slow down whoever goes on. */
export interface BackOff {
  /** So many failures cost nothing. */
  readonly free: number;
  readonly firstWaitMs: number;
  /** Each further failure doubles the wait, up to this. */
  readonly mostWaitMs: number;
  /** Failures are forgotten so long after the last one. */
  readonly forgetMs: number;
}

/** How long to wait, ms; 0: not at all. */
export function waitMs(failures: Failures | undefined, backOff: BackOff, now: number): number {
  if (!failures || failures.count < backOff.free || isForgotten(failures, backOff.forgetMs, now)) return 0;
  const wait = Math.min(backOff.firstWaitMs * 2 ** (failures.count - backOff.free), backOff.mostWaitMs);
  return Math.max(0, failures.lastAt + wait - now);
}

export function isForgotten({ lastAt }: Failures, forgetMs: number, now: number): boolean {
  return lastAt + forgetMs <= now;
}

/** Failed attempts to sign in, counted over all processes. */
export abstract class SignInAttempts {
  abstract failuresOf(keys: readonly string[]): Promise<ReadonlyMap<string, Failures>>;
  /** Counts one more; begins again where the last was `forgetMs` ago. */
  abstract fail(key: string, at: number, forgetMs: number): Promise<void>;
  abstract forget(key: string): Promise<void>;
  abstract purge(before: number, limit: number): Promise<number>;
}

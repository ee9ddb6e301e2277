import { AsyncLocalStorage } from 'node:async_hooks';

/** Writes an entry in a transaction that is under way. */
export interface AuditScope {
  /**
   * Runs a transaction's work, and writes the entry into it if the work changed what the entry is about. Gives whether it did:
   * the entry holds once the transaction is committed.
   */
  run<Tx, T>(tx: Tx, work: (tx: Tx) => Promise<T>): Promise<{ readonly done: T; readonly isWritten: boolean }>;
  isWritten: boolean;
}

/** What is being written down of whatever runs now, if anything. */
export const auditScope = new AsyncLocalStorage<AuditScope>();

import { AsyncLocalStorage } from 'node:async_hooks';
import type { AuditedThing } from '@stadtfunk/accounts';

/** What a transaction changes that its entry cannot see by itself: several things, or one that has just got its id. */
export interface NotedChange {
  /** Absent: what the entry is about anyway. */
  readonly thing?: AuditedThing;
  readonly before?: unknown;
  /** Absent: the thing as it is at the end of the transaction. */
  readonly after?: unknown;
  /** Of one of several transactions of the same request (an import of many rows): each has an entry of its own. */
  readonly isPart?: true;
}

/** Writes an entry in a transaction that is under way. */
export interface AuditScope {
  /**
   * Runs a transaction's work, and writes the entry into it if the work changed what the entry is about, or noted what it
   * changed. Gives whether it did: the entry holds once the transaction is committed.
   */
  run<Tx extends object, T>(
    tx: Tx,
    work: (tx: Tx) => Promise<T>,
  ): Promise<{ readonly done: T; readonly isWritten: boolean }>;
  note(tx: object, change: NotedChange): void;
  isWritten: boolean;
}

/** What is being written down of whatever runs now, if anything. */
export const auditScope = new AsyncLocalStorage<AuditScope>();

/**
 * Says what a transaction changes, so that the entry is committed with it. To be called where something is changed, and only
 * then: what is refused leaves no entry.
 */
export function noteChange(tx: object, change: NotedChange): void {
  auditScope.getStore()?.note(tx, change);
}

import { type AuditEntry, AuditLog } from '@stadtfunk/accounts';
import type { Page } from '@stadtfunk/readings';

/** Of a process in which nothing can be changed over HTTP. */
export class NoAuditLog extends AuditLog {
  override async record(): Promise<void> {}

  override during<T>(_draft: unknown, work: () => Promise<T>): Promise<T> {
    return work();
  }

  override async list(): Promise<Page<AuditEntry>> {
    return { items: [], next: null };
  }

  override async purge(): Promise<number> {
    return 0;
  }
}

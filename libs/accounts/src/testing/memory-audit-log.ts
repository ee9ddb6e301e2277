import { Fault } from '@stadtfunk/kernel';
import {
  AuditLog,
  type AuditDraft,
  type AuditEntry,
  type AuditFilter,
  type AuditResult,
  type NewAuditEntry,
} from '../audit-log.ts';

/** Entries in memory, for tests. What changed it only knows from what work says. */
export class MemoryAuditLog extends AuditLog {
  readonly entries: AuditEntry[] = [];

  override async record(entry: NewAuditEntry) {
    this.entries.push({ ...entry, entryId: String(this.entries.length + 1) });
  }

  override async during<T>(draft: AuditDraft, work: () => Promise<T>, resultOf: (done: T) => AuditResult): Promise<T> {
    const done = await work();
    const { thing, after } = resultOf(done);
    await this.record({ ...draft, thing: thing ?? draft.thing, outcome: 'done', code: null, before: null, after });
    return done;
  }

  override async list({ limit, after, ...filter }: AuditFilter) {
    if (after !== undefined && !this.entries.some(({ entryId }) => entryId === after)) {
      throw new Fault('cursor.invalid', 'no such cursor', false);
    }
    const rows = this.entries.filter((entry) => fits(entry, filter)).reverse();
    const start = after === undefined ? 0 : rows.findIndex(({ entryId }) => entryId === after) + 1;
    const items = rows.slice(start, start + limit);
    return { items, next: rows.length > start + limit ? items.at(-1)!.entryId : null };
  }

  override async purge(before: number, limit: number) {
    const old = this.entries.filter(({ at }) => at < before).slice(0, limit);
    for (const entry of old) this.entries.splice(this.entries.indexOf(entry), 1);
    return old.length;
  }
}

function fits(entry: AuditEntry, filter: Omit<AuditFilter, 'limit' | 'after'>): boolean {
  const { actor, action, thingKind, thingId, outcome, from = -Infinity, to = Infinity } = filter;
  return (
    (actor === undefined || entry.actor === actor) &&
    (action === undefined || entry.action.toLowerCase().includes(action.toLowerCase())) &&
    (thingKind === undefined || entry.thing?.kind === thingKind) &&
    (thingId === undefined || entry.thing?.id === thingId) &&
    (outcome === undefined || entry.outcome === outcome) &&
    entry.at >= from &&
    entry.at < to
  );
}

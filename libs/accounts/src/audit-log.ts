import type { Page } from '@stadtfunk/readings';

/** What a change was about. */
export interface AuditedThing {
  /** `job`, `device`, `account`, … */
  readonly kind: string;
  /** null: many, or none in particular. */
  readonly id: string | null;
}

/** How whoever did it was known: by the API token, a session, at the shell of the server; `none`: not at all. */
export const AUDIT_WAYS = ['token', 'session', 'shell', 'none'] as const;
export type AuditWay = (typeof AUDIT_WAYS)[number];

export const AUDIT_OUTCOMES = ['done', 'refused'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** What somebody is about to do. */
export interface AuditDraft {
  readonly at: number;
  /** null: the API token, or nobody who is known. */
  readonly accountId: string | null;
  /** Name of the account. */
  readonly actor: string;
  readonly way: AuditWay;
  /** Where it came from, shortened; null: not kept. */
  readonly address: string | null;
  /** The permission that it took; null: none. */
  readonly permission: string | null;
  /** `POST /api/v1/jobs/:jobId/start`, or the command of the shell. */
  readonly action: string;
  readonly thing: AuditedThing | null;
  /** What was asked for, without secrets. */
  readonly asked: unknown;
  readonly requestId: string | null;
}

export interface NewAuditEntry extends AuditDraft {
  readonly outcome: AuditOutcome;
  /** Why it was refused. */
  readonly code: string | null;
  /** What changed: the values before and after. null: not known. */
  readonly before: unknown;
  readonly after: unknown;
}

export interface AuditEntry extends NewAuditEntry {
  readonly entryId: string;
}

export interface AuditFilter {
  /** Name of an account. */
  readonly actor?: string;
  /** Stands in the action. */
  readonly action?: string;
  readonly thingKind?: string;
  readonly thingId?: string;
  readonly outcome?: AuditOutcome;
  /** UTC ms: `from` inclusive, `to` exclusive. */
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
  readonly after?: string;
}

/** What work says when it is done. */
export interface AuditResult {
  /** null: what the draft says. */
  readonly thing: AuditedThing | null;
  readonly after: unknown;
}

/** Who changed what, when, from what to what. Entries are added, never changed, and deleted when they are old enough. */
export abstract class AuditLog {
  abstract record(entry: NewAuditEntry): Promise<void>;

  /**
   * Does work and writes its entry: in the very transaction that changes the thing of the draft, where there is one, else when
   * work is done, before this resolves. Work that throws without having changed the thing leaves no entry.
   */
  abstract during<T>(draft: AuditDraft, work: () => Promise<T>, resultOf: (done: T) => AuditResult): Promise<T>;

  /** Newest first. */
  abstract list(filter: AuditFilter): Promise<Page<AuditEntry>>;
  abstract purge(before: number, limit: number): Promise<number>;
}

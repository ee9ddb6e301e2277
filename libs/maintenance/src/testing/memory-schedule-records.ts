import type { Clock } from '@stadtfunk/kernel';
import {
  ScheduleRecords,
  type RunClaim,
  type RunFailure,
  type RunKey,
  type ScheduledRun,
} from '../schedule-records.ts';

type Row = Omit<ScheduledRun, 'isHeld'> & { readonly holder: string | null; readonly heldUntil: number };
const FREE = { holder: null, heldUntil: 0 };

/** Runs in memory, for tests. */
export class MemoryScheduleRecords extends ScheduleRecords {
  readonly #rows = new Map<string, Row>();

  constructor(private readonly clock: Clock) {
    super();
  }

  override async list(): Promise<readonly ScheduledRun[]> {
    return [...this.#rows.values()].map(({ holder: _holder, heldUntil, ...run }) => {
      return { ...run, isHeld: heldUntil > this.clock.now() };
    });
  }

  override async add({ name, dueAt }: RunKey): Promise<void> {
    const none = { attempts: 0, lastError: null, lastRunAt: null, retryAt: null };
    if (!this.#rows.has(name)) this.#rows.set(name, { name, dueAt, doneAt: dueAt, ...none, ...FREE });
  }

  override async takeUp(seen: RunKey, dueAt: number): Promise<boolean> {
    const row = this.#rows.get(seen.name);
    if (row?.dueAt !== seen.dueAt || row.heldUntil > this.clock.now()) return false;
    this.#rows.set(row.name, { ...row, dueAt, doneAt: null });
    return true;
  }

  override async claim({ name, dueAt }: RunKey, holder: string, leaseMs: number): Promise<RunClaim> {
    const row = this.#rows.get(name);
    if (row?.dueAt !== dueAt || row.doneAt !== null) return 'over';
    if (row.heldUntil > this.clock.now()) return 'held';
    this.#rows.set(name, { ...row, holder, heldUntil: this.clock.now() + leaseMs });
    return { attempt: row.attempts + 1 };
  }

  override async renew(run: RunKey, holder: string, leaseMs: number): Promise<boolean> {
    return this.#change(run, holder, () => ({ heldUntil: this.clock.now() + leaseMs }));
  }

  override async complete(run: RunKey, holder: string, at: number): Promise<boolean> {
    const result = { doneAt: at, lastRunAt: at, attempts: 0, lastError: null, retryAt: null };
    return this.#change(run, holder, () => ({ ...result, ...FREE }));
  }

  override async fail(run: RunKey, holder: string, { at, error, retryAt }: RunFailure): Promise<boolean> {
    return this.#change(run, holder, ({ attempts }) => {
      return { attempts: attempts + 1, lastError: error, lastRunAt: at, retryAt, ...FREE };
    });
  }

  #change({ name, dueAt }: RunKey, holder: string, change: (row: Row) => Partial<Row>): boolean {
    const row = this.#rows.get(name);
    if (row?.dueAt !== dueAt || row.holder !== holder) return false;
    this.#rows.set(name, { ...row, ...change(row) });
    return true;
  }
}

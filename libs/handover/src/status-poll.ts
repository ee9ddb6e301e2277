import { DAY_MS, Fault } from '@stadtfunk/kernel';
import {
  takeStatus,
  type MaintenanceStore,
  type Schedule,
  type ScheduledTask,
  type StatusParts,
  type StatusWords,
} from '@stadtfunk/maintenance';
import { takeNotes } from './notes.ts';
import type { TargetPlan } from './plan.ts';
import type { ChangesFrom, TicketSystem } from './ticket-system.ts';

/** Looked at again each time: what is committed late has an earlier time, and times are to the second. */
const OVERLAP_MS = 2 * 60_000;
/** An endless list is a fault of the other side. */
const MOST_PAGES = 1_000;

/** The name of the task that looks what changed in a target. */
export function pollName({ id }: Pick<TargetPlan, 'id'>): string {
  return `handover-${id}`;
}

export function pollSchedules(targets: readonly TargetPlan[], zone: string): readonly Schedule[] {
  return targets.flatMap((target): Schedule[] => {
    const { everyMinutes: minutes } = target.status;
    if (minutes === null) return [];
    const recurrence =
      minutes === 60 ? ({ every: 'hour', minute: 0 } as const) : ({ every: 'minutes', minutes } as const);
    return [{ name: pollName(target), recurrence, zone }];
  });
}

/** What the words of a target mean here. */
export function wordsOf({ state, priority }: TargetPlan): StatusWords {
  return {
    state: (word) => (Object.hasOwn(state.in, word) ? state.in[word] : undefined),
    priority: (word) => (priority && Object.hasOwn(priority.in, word) ? priority.in[word] : undefined),
  };
}

/**
 * Asks a system what changed since it was asked last, and does it to the jobs. How far it has come goes by the clock of that
 * system alone, and never beyond what that clock shows: a time that lies ahead would hide what changes until then.
 */
export function pollTask(
  plan: TargetPlan,
  system: TicketSystem,
  parts: StatusParts & { readonly jobs: Pick<MaintenanceStore, 'jobHistory'> },
): ScheduledTask {
  const { records, clock } = parts;
  const words = wordsOf(plan);
  return async ({ signal }) => {
    const pauseMs = system.pauseMs();
    if (pauseMs > 0) throw new Fault('handover.limited', `asked to wait for ${Math.ceil(pauseMs / 1_000)} s`, true);
    const seenUntil = (await records.seenUntil(plan.id)) ?? clock.now() - DAY_MS;
    let from: ChangesFrom | null = { since: seenUntil - OVERLAP_MS, offset: 0, url: null };
    for (let pages = 0; from && pages < MOST_PAGES && !signal.aborted; pages++) {
      const page = await system.changes(from);
      if (!page.ok) throw new Fault(page.error.code, page.error.detail, page.error.retryable);
      for (const record of page.value.records) {
        // Records of other installations, or of before: not ours.
        await takeStatus(parts, { ...record, target: plan.id }, words);
        if (!system.notes || record.externalId === null) continue;
        const reference = await records.findExternal(plan.id, record.externalId);
        if (!reference) continue;
        const noted = await takeNotes(system.notes, parts, { ...reference, externalId: record.externalId });
        if (!noted.ok) throw new Fault(noted.error.code, noted.error.detail, noted.error.retryable);
      }
      const times = page.value.records.flatMap(({ updatedAt }) => (updatedAt === null ? [] : [updatedAt]));
      const until = Math.min(Math.max(...times), page.value.systemTime ?? clock.now());
      if (Number.isFinite(until)) await records.markSeen(plan.id, until);
      from = page.value.next;
    }
  };
}

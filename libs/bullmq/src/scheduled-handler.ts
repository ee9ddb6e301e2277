import { randomUUID } from 'node:crypto';
import { Fault, messageOf, type Clock } from '@stadtfunk/kernel';
import {
  backoffMs,
  QUEUES,
  type RunKey,
  type ScheduledTasks,
  type ScheduleRecords,
  type WorkHandler,
} from '@stadtfunk/maintenance';
import type { WorkQueueLog } from './bull-work-queue.ts';

export interface ScheduledHandlerOptions {
  /** A run that is not renewed for so long (three times in it, normally) is given to another process. */
  readonly leaseMs: number;
  /** 0..1, to spread retries. */
  readonly random: () => number;
}

const LONGEST_ERROR = 500;

/** The handler of queue `scheduled`: runs a task while nobody else does, and keeps how it went. */
export function scheduledHandler(
  tasks: ScheduledTasks,
  records: ScheduleRecords,
  clock: Clock,
  log: WorkQueueLog,
  { leaseMs, random }: ScheduledHandlerOptions,
): WorkHandler<'scheduled'> {
  return async ({ payload: { task: name, dueAt } }) => {
    const run: RunKey = { name, dueAt };
    // Of this run and not of this process: it may have lost one and got it again.
    const holder = randomUUID();
    const claim = await records.claim(run, holder, leaseMs);
    if (claim === 'over') return;
    // Failing makes the queue forget it, so that it can be added again when it is free and not done.
    if (claim === 'held') throw new Fault('run.held', 'it runs elsewhere', false);

    const { attempt } = claim;
    const lease = holdLease(() => records.renew(run, holder, leaseMs), leaseMs);
    try {
      const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
      if (!task) throw new Fault('schedule.taskMissing', `this process has no task '${name}'`, false);
      await task({ ...run, attempt, signal: lease.signal });
    } catch (thrown) {
      const now = clock.now();
      const failure = {
        at: now,
        error: errorText(thrown),
        retryAt: now + backoffMs(QUEUES.scheduled, attempt, random()),
      };
      await records
        .fail(run, holder, failure)
        .catch((error: unknown) => log.warn({ err: error, task: name }, 'how a task failed could not be kept'));
      throw thrown;
    } finally {
      lease.end();
    }
    if (!(await records.complete(run, holder, clock.now()))) {
      throw new Fault('run.lost', 'it was given to another process before it ended', false);
    }
  };
}

/** Renews until it ends, and aborts when it is lost: refused, or not renewed in time. */
function holdLease(renew: () => Promise<boolean>, leaseMs: number): { readonly signal: AbortSignal; end(): void } {
  const aborter = new AbortController();
  const lose = () => aborter.abort(new Fault('run.lost', 'it was given to another process', false));
  let renewedAt = performance.now();
  const tick = async () => {
    const startedAt = performance.now();
    try {
      if (await renew()) renewedAt = startedAt;
      else lose();
    } catch {
      // A server that does not answer cannot say that it is lost: time does.
      if (startedAt - renewedAt > leaseMs) lose();
    }
  };
  const timer = setInterval(() => void tick(), leaseMs / 3);
  return { signal: aborter.signal, end: () => clearInterval(timer) };
}

function errorText(thrown: unknown): string {
  const text = thrown instanceof Fault ? `${thrown.code}: ${thrown.message}` : messageOf(thrown);
  return text.replaceAll('\u0000', '').slice(0, LONGEST_ERROR);
}

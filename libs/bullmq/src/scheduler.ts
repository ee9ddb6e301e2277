import { messageOf, type Clock } from '@stadtfunk/kernel';
import {
  checkSchedules,
  nextStep,
  type NewWork,
  type RunKey,
  type Schedule,
  type ScheduledRun,
  type ScheduledTasks,
  type ScheduleRecords,
  type WorkHandler,
  type WorkQueue,
} from '@stadtfunk/maintenance';
import type { WorkQueueLog } from './bull-work-queue.ts';
import { runLater, type RunLater } from './run-later.ts';
import { scheduledHandler } from './scheduled-handler.ts';

export interface SchedulerParts {
  readonly schedules: readonly Schedule[];
  readonly tasks: ScheduledTasks;
  readonly records: ScheduleRecords;
  readonly queue: WorkQueue;
  readonly clock: Clock;
  readonly log: WorkQueueLog;
}

export interface SchedulerOptions {
  readonly lookEveryMs?: number;
  /** The longest pause after failures: they double it. */
  readonly maxPauseMs?: number;
  /** A run whose process does not show itself for so long is given to another one. */
  readonly leaseMs?: number;
  readonly later?: RunLater;
  /** 0..1, to spread retries. */
  readonly random?: () => number;
}

const DEFAULTS = { lookEveryMs: 1_000, maxPauseMs: 30_000, leaseMs: 30_000, later: runLater, random: Math.random };

/**
 * Has tasks run when they are due. Which ones are is derived from the records at every look, so it does not matter what the queue
 * has lost, how long nobody looked, or how many look: what waits is added again and again under the same id, until it is done.
 */
export class Scheduler {
  /** For `queue.handle('scheduled', …)`. */
  readonly handler: WorkHandler<'scheduled'>;
  readonly #parts: SchedulerParts;
  readonly #options: Required<SchedulerOptions>;
  #isStarted = false;
  #failures = 0;
  #look: Promise<void> | undefined;
  #cancel: () => void = () => {};

  constructor(parts: SchedulerParts, options: SchedulerOptions = {}) {
    const { tasks, records, clock, log } = parts;
    this.#parts = parts;
    this.#options = { ...DEFAULTS, ...options };
    this.handler = scheduledHandler(tasks, records, clock, log, this.#options);
  }

  /** Faults: `schedule.taskMissing`, `schedule.doubled`, `schedule.invalid`. */
  start(): void {
    checkSchedules(this.#parts.schedules, this.#parts.tasks);
    this.#isStarted = true;
    this.#lookNow();
  }

  /** Ends after the look in hand. Tasks that run are the queue's, which waits for them when it stops. */
  async stop(): Promise<void> {
    this.#isStarted = false;
    this.#cancel();
    await this.#look;
  }

  /** Adds what is to be run now; gives how much. */
  async look(): Promise<number> {
    const { schedules, records, queue, clock } = this.#parts;
    const work: NewWork<'scheduled'>[] = [];
    let isChanged = false;
    const runs = new Map((await records.list()).map((run) => [run.name, run]));
    for (const schedule of schedules) {
      const run = runs.get(schedule.name);
      const next = nextStep(schedule, run, clock.now());
      if (next.step === 'run') work.push(workOf(next.run));
      else if (next.step === 'add') await records.add({ name: schedule.name, dueAt: next.dueAt });
      else if (next.step === 'takeUp' && run) isChanged = (await records.takeUp(run, next.dueAt)) || isChanged;
    }
    await queue.add('scheduled', work);
    return work.length + (isChanged ? await this.look() : 0);
  }

  #lookNow(): void {
    this.#look = this.#lookAndWait();
  }

  async #lookAndWait(): Promise<void> {
    try {
      await this.look();
      this.#failures = 0;
    } catch (thrown) {
      if (this.#failures++ === 0) {
        this.#parts.log.warn({ err: thrown }, `scheduled work waits: ${messageOf(thrown)}`);
      }
    }
    if (!this.#isStarted) return;
    const { lookEveryMs, maxPauseMs, later } = this.#options;
    const pauseMs = Math.min(maxPauseMs, lookEveryMs * 2 ** Math.min(this.#failures, 20));
    this.#cancel = later(pauseMs, () => this.#lookNow());
  }
}

/** Another id for each attempt: the queue remembers what is done. */
function workOf({ name, dueAt, attempts }: RunKey & Pick<ScheduledRun, 'attempts'>): NewWork<'scheduled'> {
  return { workId: `${name}-${dueAt}-${attempts}`, payload: { task: name, dueAt } };
}

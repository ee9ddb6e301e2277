import { Controller, Get, Inject } from '@nestjs/common';
import { Clock } from '@stadtfunk/kernel';
import { nextDue, recurrenceText, type Schedule, type ScheduledRun, ScheduleRecords } from '@stadtfunk/maintenance';
import { Needs } from '../access/needs.ts';
import { ScheduleList } from '../http-options.ts';
import { type AnswerOf, Operation } from '../operation.ts';
import { isoOf, isoOrNull } from '../schemas.ts';
import { listSchedules } from './schedule.schema.ts';

@Controller('api/v1/schedules')
export class SchedulesController {
  constructor(
    @Inject(ScheduleList) private readonly schedules: ScheduleList,
    @Inject(ScheduleRecords) private readonly records: ScheduleRecords,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Get()
  @Needs('system.read')
  @Operation(listSchedules)
  async list(): Promise<AnswerOf<typeof listSchedules>> {
    const runs = new Map((await this.records.list()).map((run) => [run.name, run]));
    const items = this.schedules.list().map((schedule) => toBody(schedule, runs.get(schedule.name), this.clock.now()));
    return { items, next: null };
  }
}

function toBody(schedule: Schedule, run: ScheduledRun | undefined, now: number) {
  const isWaiting = run !== undefined && run.doneAt === null;
  return {
    name: schedule.name,
    recurrence: recurrenceText(schedule.recurrence),
    zone: schedule.zone,
    nextDueAt: isoOf(isWaiting ? run.dueAt : nextDue(schedule, run?.dueAt ?? now)),
    lastRunAt: isoOrNull(run?.lastRunAt ?? null),
    lastError: run?.lastError ?? null,
    attempts: run?.attempts ?? 0,
    retryAt: isoOrNull(run?.retryAt ?? null),
    running: run?.isHeld ?? false,
  };
}

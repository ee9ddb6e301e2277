import { DAY_MS, Fault, isZone, localTime, momentOfLocal, zoneOffsetMs } from '@stadtfunk/kernel';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** When something recurs, by the clocks of a zone. */
export type Recurrence =
  | { readonly every: 'day'; readonly hour: number; readonly minute: number }
  | { readonly every: 'hour'; readonly minute: number }
  /** A divisor of 60. */
  | { readonly every: 'minutes'; readonly minutes: number };

/** A task and when it is due. */
export interface Schedule {
  /** Stable: its runs are kept under it. */
  readonly name: string;
  readonly recurrence: Recurrence;
  /** IANA name, `Europe/Berlin`. */
  readonly zone: string;
}

/**
 * The first moment after `after` at which it is due. A local time that the clocks skip is due when they are put forward, one
 * that they show twice is due the first time. What recurs within the hour recurs in every hour that passes, 23 to 25 a day.
 */
export function nextDue(schedule: Schedule, after: number): number {
  return Math.min(...duesAround(schedule, after).filter((due) => due > after));
}

/** The last moment up to `now` at which it was due. */
export function lastDue(schedule: Schedule, now: number): number {
  return Math.max(...duesAround(schedule, now).filter((due) => due <= now));
}

/** `every day at 03:10` */
export function recurrenceText(recurrence: Recurrence): string {
  const digits = (value: number) => String(value).padStart(2, '0');
  switch (recurrence.every) {
    case 'day':
      return `every day at ${digits(recurrence.hour)}:${digits(recurrence.minute)}`;
    case 'hour':
      return `every hour at minute ${recurrence.minute}`;
    case 'minutes':
      return recurrence.minutes === 1 ? 'every minute' : `every ${recurrence.minutes} minutes`;
  }
}

/** Faults: `schedule.doubled`, `schedule.invalid`, and `schedule.taskMissing` when there is nothing to run. */
export function checkSchedules(schedules: readonly Schedule[], tasks: Readonly<Record<string, unknown>>): void {
  const names = schedules.map(({ name }) => name);
  const doubled = names.filter((name, index) => names.indexOf(name) !== index);
  if (doubled.length > 0) throw new Fault('schedule.doubled', `two schedules named ${doubled.join(', ')}`, false);
  const invalid = schedules.filter((schedule) => !isValid(schedule)).map(({ name }) => `'${name}'`);
  if (invalid.length > 0) throw new Fault('schedule.invalid', `no such time or zone: ${invalid.join(', ')}`, false);
  const missing = names.filter((name) => !Object.hasOwn(tasks, name));
  if (missing.length > 0) throw new Fault('schedule.taskMissing', `no task for ${missing.join(', ')}`, false);
}

function isValid({ name, recurrence, zone }: Schedule): boolean {
  const isBelow = (value: number, end: number) => Number.isInteger(value) && value >= 0 && value < end;
  // Becomes part of the id of work in the queue.
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(name) || !isZone(zone)) return false;
  switch (recurrence.every) {
    case 'day':
      return isBelow(recurrence.hour, 24) && isBelow(recurrence.minute, 60);
    case 'hour':
      return isBelow(recurrence.minute, 60);
    case 'minutes':
      return recurrence.minutes > 0 && 60 % recurrence.minutes === 0;
  }
}

/** Some dues, among them the last one up to a moment and the first one after it. */
function duesAround({ recurrence, zone }: Schedule, time: number): readonly number[] {
  switch (recurrence.every) {
    case 'day':
      return dailyAround(time, zone, recurrence.hour * HOUR_MS + recurrence.minute * MINUTE_MS);
    case 'hour':
      return steppedAround(time, zone, HOUR_MS, recurrence.minute * MINUTE_MS);
    case 'minutes':
      return steppedAround(time, zone, recurrence.minutes * MINUTE_MS, 0);
  }
}

function dailyAround(time: number, zone: string, timeOfDayMs: number): readonly number[] {
  const today = Math.floor(localTime(time, zone) / DAY_MS);
  // A skipped time may move a due into the next day.
  return [-2, -1, 0, 1].map((days) => momentOfLocal((today + days) * DAY_MS + timeOfDayMs, zone));
}

/** Moments at which local clocks show a multiple of the step plus the phase. */
function steppedAround(time: number, zone: string, stepMs: number, phaseMs: number): readonly number[] {
  const farMs = 2 * HOUR_MS + stepMs;
  const offsets = new Set([time - farMs, time, time + farMs].map((near) => zoneOffsetMs(near, zone)));
  // Where clocks change by half an hour, an hourly due may be that much further away.
  const reachMs = offsets.size === 1 ? stepMs : farMs;
  return [...offsets].flatMap((offset) => {
    const dues: number[] = [];
    const first = Math.floor((time - reachMs + offset - phaseMs) / stepMs) * stepMs + phaseMs - offset;
    for (let due = first; due <= time + reachMs; due += stepMs) dues.push(due);
    return offsets.size === 1 ? dues : dues.filter((due) => zoneOffsetMs(due, zone) === offset);
  });
}

import { ManualClock } from '@stadtfunk/kernel/testing';
import { describe, expect, it } from 'vitest';
import { MemoryScheduleRecords } from './testing/memory-schedule-records.ts';
import { nextStep, type ScheduledRun } from './schedule-records.ts';
import type { Schedule } from './schedule.ts';
import { describeScheduleRecords } from './testing/schedule-records.ts';

describeScheduleRecords('MemoryScheduleRecords', async () => {
  const clock = new ManualClock();
  return {
    fresh: async () => new MemoryScheduleRecords(clock),
    pass: async (ms) => clock.advance(ms),
    close: async () => {},
  };
});

describe('what is to be done about a schedule', () => {
  const utc = (text: string) => Date.parse(text);
  const schedule: Schedule = { name: 'sweep', recurrence: { every: 'day', hour: 3, minute: 10 }, zone: 'UTC' };
  const [yesterday, today, tomorrow] = ['2026-11-20T03:10Z', '2026-11-21T03:10Z', '2026-11-22T03:10Z'].map(utc) as [
    number,
    number,
    number,
  ];
  const done: ScheduledRun = {
    name: 'sweep',
    dueAt: today,
    doneAt: today + 500,
    attempts: 0,
    lastError: null,
    lastRunAt: today + 500,
    retryAt: null,
    isHeld: false,
  };
  const waiting: ScheduledRun = { ...done, doneAt: null };

  it.each([
    ['keeps one that is new, without running what was due before', undefined, today + 1, { step: 'add', dueAt: today }],
    ['rests until the next due time', done, tomorrow - 1, { step: 'none' }],
    ['takes up what is due', done, tomorrow, { step: 'takeUp', dueAt: tomorrow }],
    [
      'takes up only the latest of those missed',
      { ...done, dueAt: yesterday - 9e9 },
      today + 1,
      { step: 'takeUp', dueAt: today },
    ],
    [
      'takes up the latest instead of one that was never run',
      { ...waiting, dueAt: yesterday },
      today,
      { step: 'takeUp', dueAt: today },
    ],
    ['runs what was taken up', waiting, today + 1, { step: 'run', run: waiting }],
    ['leaves what somebody runs', { ...waiting, isHeld: true }, tomorrow, { step: 'none' }],
    ['waits after a failure', { ...waiting, retryAt: today + 9 }, today + 8, { step: 'none' }],
    [
      'tries again after that',
      { ...waiting, retryAt: today + 9 },
      today + 9,
      { step: 'run', run: { ...waiting, retryAt: today + 9 } },
    ],
    ['does nothing where the clock was put back', done, yesterday, { step: 'none' }],
  ])('%s', (_name, run, now, step) => {
    expect(nextStep(schedule, run, now)).toEqual(step);
  });
});

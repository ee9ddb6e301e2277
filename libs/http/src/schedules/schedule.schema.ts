import { z } from 'zod';
import { operation } from '../operation.ts';
import { isoTime, pageOf } from '../schemas.ts';

export const schedule = z
  .strictObject({
    name: z.string(),
    recurrence: z.string().describe('in words, such as `every day at 03:10`'),
    zone: z.string().describe('IANA name of the zone whose clocks count'),
    nextDueAt: isoTime.describe('in the past: it is due and was not done yet'),
    lastRunAt: isoTime.nullable().describe('when a run last ended, well or not; null: never'),
    lastError: z.string().nullable().describe('why the last run failed; null: it did not'),
    attempts: z.int().describe('how often it has failed since it last went well'),
    retryAt: isoTime.nullable().describe('after a failure, when it is tried again'),
    running: z.boolean(),
  })
  .meta({ id: 'Schedule', description: 'Work that recurs, and how it fares' });

export const listSchedules = operation({
  summary: 'Work that recurs: when it is due, and how it went',
  tag: 'schedules',
  answer: { status: 200, schema: pageOf(schedule) },
});

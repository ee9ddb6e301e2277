import { ASSET_TYPES } from '@stadtfunk/devices';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { assetId, duration, instant, isoTime, severity, text } from '../schemas.ts';

const DAY_MS = 86_400_000;
/** Two years and a leap day: longer than readings are mostly kept. */
const LONGEST_MS = 731 * DAY_MS;
const MOST_FILES = 100;

const ruleText = z.string().min(1).max(200_000);
const ruleFiles = z
  .array(z.strictObject({ file: z.string().min(1).max(200), text: ruleText }))
  .min(1)
  .max(MOST_FILES);

const tally = z
  .strictObject({
    ruleVersion: z.string(),
    fired: z.int().describe('alerts raised in the period, those of groups not among them'),
    openBefore: z.int().describe('alerts that were open already when it began'),
    openAtEnd: z.int(),
    subjects: z.int().describe('about how many assets or devices'),
    alarmMs: z.number().describe('time in alarm within the period, added up over all subjects'),
    groups: z.int().describe('alerts of groups raised in the period'),
    grouped: z.int().describe('alerts that stand behind one of a group'),
    jobs: z.int().describe('new jobs, those of groups among them'),
    reopened: z.int().describe('alerts that open a job again instead of making a new one'),
    joined: z.int().describe('alerts that join the job of another rule about the same'),
    failures: z.int().describe('readings for which the condition failed'),
    lastFailure: z.string().nullable(),
  })
  .meta({ id: 'BacktestTally', description: 'What one version of a rule would have done' });

const backtestAlert = z
  .strictObject({
    ruleId: z.string(),
    ruleVersion: z.string(),
    in: z
      .enum(['new', 'old', 'both'])
      .describe('which rules have it; `both`: both at the same time, or nothing to compare'),
    severity,
    title: text,
    assetId: z.string().nullable(),
    deviceId: z.string(),
    raisedAt: isoTime,
    clearedAt: isoTime.nullable().describe('null: open at the end'),
    members: z.int().nullable().describe('how many alerts stand behind this one of a group; null: it is none'),
    grouped: z.boolean().describe('it stands behind the alert of a group, and has no job of its own'),
    job: z
      .strictObject({
        jobId: z.string(),
        kind: z.string(),
        department: z.string(),
        reopened: z.boolean(),
        joined: z.boolean().describe('it is the open job of another rule'),
      })
      .nullable(),
  })
  .meta({ id: 'BacktestAlert', description: 'An alert that would have been' });

const report = z
  .strictObject({
    from: isoTime,
    to: isoTime,
    devices: z.int(),
    uplinks: z.int(),
    readings: z.int(),
    rules: z.array(
      z.strictObject({
        ruleId: z.string(),
        new: tally,
        old: tally.nullable().describe('null: there is no such rule to compare with'),
        onlyNew: z.int().nullable(),
        onlyOld: z.int().nullable(),
        both: z.int().nullable(),
      }),
    ),
    notCompared: z.array(z.string()).describe('rules compared with that the new files do not have'),
    notModelled: z.array(z.string()).describe('what the backtest could not know, in plain words'),
    days: z.array(z.strictObject({ day: z.iso.date(), new: z.int(), old: z.int().nullable() })),
    alerts: z.array(backtestAlert),
    alertCount: z.int().describe('all of them; `alerts` may have fewer'),
  })
  .meta({ id: 'BacktestReport' });

export const runBacktest = operation({
  summary: 'What rules would have done in a past period. Changes nothing',
  tag: 'rules',
  audited: 'never',
  body: z
    .strictObject({
      rules: z.union([ruleText, ruleFiles]).describe('the text of a rule file, or several files'),
      against: z
        .union([z.literal('active'), ruleFiles])
        .nullable()
        .default('active')
        .describe('what to compare with: the rules in force, or files; null: nothing'),
      from: instant,
      to: instant,
      asset: assetId.exactOptional(),
      type: z.enum(ASSET_TYPES).exactOptional(),
      district: z.string().min(1).max(200).exactOptional(),
      warmUp: duration(0, 90 * DAY_MS)
        .default(DAY_MS)
        .describe('how long before `from` the rules begin to look'),
      alerts: z.int().min(0).max(10_000).default(1_000).describe('how many alerts to list'),
    })
    .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be after `from`' })
    .refine(({ from, to }) => to - from <= LONGEST_MS, {
      path: ['from'],
      message: 'must be at most two years before `to`',
    }),
  answer: { status: 200, schema: report },
  problems: {
    400: 'the request or the rules are wrong; `errors` has every mistake of the rules with its place',
    422: 'too many devices or readings, or it takes too long: ask for less',
    429: 'another backtest runs; try again later',
  },
});

export const listBacktests = operation({
  summary: 'The backtests that run in this process, with how far they are',
  tag: 'rules',
  answer: {
    status: 200,
    schema: z.strictObject({
      items: z.array(
        z.strictObject({
          from: isoTime,
          to: isoTime,
          startedAt: isoTime,
          readings: z.int(),
          share: z.number().min(0).max(1).describe('what part of the devices has been judged'),
        }),
      ),
    }),
  },
});

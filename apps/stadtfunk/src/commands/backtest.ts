import { documentOf, isPart, runBacktest, type BacktestDocument } from '@stadtfunk/backtest';
import { ASSET_TYPES } from '@stadtfunk/devices';
import { momentOfLocal } from '@stadtfunk/kernel';
import { readRuleFiles, ruleFilesInForce, settings, UserError } from '@stadtfunk/platform';
import { compileRules, describeProblem, type RuleSet, type RuleSource } from '@stadtfunk/rules';
import type { Command } from 'commander';
import { askApi } from '../api-client.ts';
import { heardRecording } from '../recording/heard-recording.ts';
import { readingRecording } from '../recording/recording-file.ts';
import { printJson, printLine, printTable } from './output.ts';

interface Options {
  readonly rules: string[];
  readonly against: string;
  readonly from?: string;
  readonly to?: string;
  readonly recording?: string;
  readonly asset?: string;
  readonly type?: string;
  readonly district?: string;
  readonly warmUp: string;
  readonly alerts: string;
  readonly json?: boolean;
}

/** As long as the platform gives a backtest, and the answer its way. */
const TIMEOUT_MS = 150_000;
const MOMENT = /^\d{4}-\d\d-\d\dT.+(Z|[+-]\d\d:\d\d)$/;
const SLICE_SIZE = 10_000;

export function backtestCommand(program: Command): void {
  program
    .command('backtest')
    .description('what rules would have done: over the stored history of the running platform, or over a recording')
    .requiredOption('--rules <paths...>', 'rule files, or folders with *.yaml')
    .option('--against <path>', 'what to compare with: files, `active` for the rules in force, or `none`', 'active')
    .option('--from <time>', 'a day (2026-11-01, of the city) or a moment with its offset; of a recording: its begin')
    .option('--to <time>', 'the same; the period ends before it')
    .option('--recording <file>', 'judge this recording (docs/recording.md) instead of the stored history')
    .option('--asset <id>', 'only of this asset')
    .option('--type <type>', `only of assets of this type: ${ASSET_TYPES.join(', ')}`)
    .option('--district <name>', 'only of assets in this district')
    .option('--warm-up <duration>', 'how long before the period the rules begin to look', 'P1D')
    .option('--alerts <count>', 'how many alerts to list', '20')
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      const report = await (options.recording === undefined ? overHistory(options) : overRecording(options));
      if (options.json) printJson(report);
      else printReport(report);
    });
}

async function overHistory(options: Options): Promise<BacktestDocument> {
  const { from, to } = options;
  if (from === undefined || to === undefined) throw new UserError('--from and --to are needed', 2);
  const rules = await readRuleFiles(options.rules);
  // Said here, before anything is asked: the platform would only say the same.
  compiled(rules);
  const isFile = options.against !== 'active' && options.against !== 'none';
  const against = isFile ? await readRuleFiles([options.against]) : options.against === 'active' ? 'active' : null;
  if (Array.isArray(against)) compiled(against);
  const body = {
    rules,
    against,
    from: new Date(momentOf('--from', from)).toISOString(),
    to: new Date(momentOf('--to', to)).toISOString(),
    warmUp: options.warmUp,
    alerts: countOf(options.alerts),
    ...filterOf(options, 'asset'),
  };
  return (await askApi(settings(), 'POST', '/api/v1/rules/backtest', body, TIMEOUT_MS)) as BacktestDocument;
}

async function overRecording(options: Options): Promise<BacktestDocument> {
  const file = options.recording!;
  const rules = compiled(await readRuleFiles(options.rules));
  const against = options.against === 'none' ? null : compiled(await baseOf(options.against));
  const whole = options.from === undefined || options.to === undefined ? await periodOf(file) : undefined;
  const from = options.from === undefined ? whole!.from : momentOf('--from', options.from);
  const to = options.to === undefined ? whole!.to : momentOf('--to', options.to);
  if (from >= to) throw new UserError('--from has to be before --to', 2);
  const filter = filterOf(options, 'assetId');
  const heard = await readingRecording(file, () => heardRecording(file));
  const outcome = await readingRecording(file, () =>
    runBacktest({
      rules,
      against,
      from,
      to,
      uplinks: heard.uplinks,
      subjects: heard.subjects,
      concerns: (subject) => isPart(filter, subject),
      mostAlerts: countOf(options.alerts),
      sliceSize: SLICE_SIZE,
      takeTurns: () => Promise.resolve(),
      mayGoOn: () => null,
    }),
  );
  if (!outcome.ok) throw new UserError(outcome.error.detail);
  for (const problem of heard.problems()) process.stderr.write(`${file}: ${problem}\n`);
  return documentOf(outcome.value);
}

async function baseOf(against: string): Promise<readonly RuleSource[]> {
  return against === 'active' ? ruleFilesInForce(settings()) : readRuleFiles([against]);
}

/** When a recording begins and ends. */
async function periodOf(file: string): Promise<{ from: number; to: number }> {
  let from: number | undefined;
  let to = 0;
  await readingRecording(file, async () => {
    for await (const batch of (await heardRecording(file)).uplinks) {
      // What was observed on the way to the first reception belongs to it.
      from ??= batch.reduce(
        (first, { receivedAt, readings }) =>
          readings.reduce((earliest, { observedAt }) => Math.min(earliest, observedAt), Math.min(first, receivedAt)),
        Infinity,
      );
      to = batch.at(-1)?.receivedAt ?? to;
    }
  });
  if (from === undefined) throw new UserError(`${file} has no uplinks`);
  return { from, to: to + 1 };
}

function compiled(sources: readonly RuleSource[]): RuleSet {
  const { ZONE, FEDERAL_STATE } = settings();
  if (sources.length === 0) throw new UserError('there are no rule files (*.yaml)', 2);
  const rules = compileRules(sources, { zone: ZONE, federalState: FEDERAL_STATE });
  if (rules.ok) return rules.value;
  throw new UserError(['the rules are broken', ...rules.error.map(describeProblem)].join('\n  '));
}

function filterOf<const Key extends string>({ asset, type, district }: Options, assetKey: Key) {
  const known = ASSET_TYPES.find((each) => each === type);
  if (type !== undefined && !known) throw new UserError(`--type is none of ${ASSET_TYPES.join(', ')}`, 2);
  return {
    ...(asset !== undefined && ({ [assetKey]: asset } as Record<Key, string>)),
    ...(known && { type: known }),
    ...(district !== undefined && { district }),
  };
}

function momentOf(option: string, text: string): number {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) {
    const day = Date.parse(`${text}T00:00:00Z`);
    if (!Number.isNaN(day)) return momentOfLocal(day, settings().ZONE);
  }
  const moment = MOMENT.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(moment)) return moment;
  throw new UserError(
    `${option} is neither a day such as 2026-11-01 nor a moment such as 2026-11-01T06:00:00+01:00`,
    2,
  );
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 0 && count <= 10_000) return count;
  throw new UserError('--alerts is a number from 0 to 10000', 2);
}

function printReport(report: BacktestDocument): void {
  printLine(`${report.from} to ${report.to}: ${report.devices} devices, ${report.readings} readings`);
  printLine();
  const isCompared = report.rules.some(({ onlyNew }) => onlyNew !== null);
  printTable([
    [
      'rule',
      'fired',
      'open',
      'in alarm',
      'groups',
      'jobs',
      ...(isCompared ? ['before', 'only new', 'only old', 'both'] : []),
    ],
    ...report.rules.map((rule) => [
      rule.ruleId,
      String(rule.new.fired),
      String(rule.new.openAtEnd),
      hoursOf(rule.new.alarmMs),
      String(rule.new.groups),
      String(rule.new.jobs),
      ...(isCompared
        ? [rule.old === null ? '-' : String(rule.old.fired), rule.onlyNew, rule.onlyOld, rule.both].map(String)
        : []),
    ]),
  ]);
  for (const { ruleId, new: tally } of report.rules) {
    if (tally.failures > 0) printLine(`${ruleId} failed for ${tally.failures} readings: ${tally.lastFailure}`);
  }
  if (report.days.length > 0) printLine();
  printTable(report.days.map(({ day, new: now, old }) => [day, String(now), old === null ? '' : `before ${old}`]));
  if (report.alerts.length > 0) printLine();
  printTable(
    report.alerts.map((alert) => [
      isCompared ? { new: '+', old: '-', both: ' ' }[alert.in] : '',
      alert.raisedAt,
      alert.clearedAt ?? 'open',
      alert.ruleId,
      alert.members === null ? (alert.assetId ?? alert.deviceId) : `group of ${alert.members}`,
    ]),
  );
  if (report.alertCount > report.alerts.length) {
    printLine(`${report.alertCount - report.alerts.length} more alerts (--alerts)`);
  }
  printLine();
  printLine('What it could not know:');
  for (const line of report.notModelled) printLine(`  ${line}`);
}

function hoursOf(ms: number): string {
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

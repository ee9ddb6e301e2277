import { writeFile } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import {
  coversOf,
  examHtml,
  examineScenario,
  ExamBook,
  examMarkdown,
  failuresOf,
  readCover,
  SCENARIO_LIBRARY,
  type Cover,
  type ExamDocument,
  type ExamOutcome,
  type PassMark,
} from '@stadtfunk/device-simulator';
import { readRuleFiles, settings, UserError } from '@stadtfunk/platform';
import { compileRules, DEFAULT_RULES, describeProblem, type RuleSet, type RuleSource } from '@stadtfunk/rules';
import type { Command } from 'commander';
import { assertWritable } from './output-file.ts';
import { printJson, printLine, printTable } from './output.ts';
import { bar, ProgressLine } from './progress-line.ts';
import type { LiveComparison } from '../exam/live-exam.ts';
import { loadScenario } from '../scenario/scenario-files.ts';

interface Options {
  readonly scenario: string[];
  readonly rules: string[];
  readonly seeds: string;
  readonly seed?: string;
  readonly short?: boolean;
  readonly live?: boolean;
  readonly covers?: string[];
  readonly failUnder?: string;
  readonly eachRule?: boolean;
  readonly mistakes: string;
  readonly html?: string;
  readonly markdown?: string;
  readonly language: string;
  readonly json?: boolean;
}

export function examCommand(program: Command): void {
  program
    .command('exam')
    .description('let rules judge a simulated city of which the truth is known, and say what they found: docs/exam.md')
    .option('--scenario <names...>', 'names or files of scenarios, or `all`', ['ordinary-week'])
    .option('--rules <paths...>', 'rule files, folders with *.yaml, or `default`', ['default'])
    .option('--seeds <count>', 'how many seeds', '1')
    .option('--seed <number>', "the first of them (default: the scenario's)")
    .option('--short', 'the short forms of the scenarios')
    .option('--live', 'through a whole platform in this process, over MQTT and its API; in the short forms')
    .option('--covers <rule=kinds...>', 'what a rule is about: my.rule=bin.full,bin.fire or my.rule=bin.full@24h')
    .option('--fail-under <marks>', 'exit with 1 below these: recall=0.99,precision=0.98')
    .option('--each-rule', 'hold every single rule to these marks, not only all together')
    .option('--mistakes <count>', 'how many mistakes to list', '20')
    .option('--html <file>', 'write a report of the last run with its curves, for a browser')
    .option('--markdown <file>', 'write the figures as a page')
    .option('--language <language>', 'of these reports: en or de', 'en')
    .option('--json', 'print JSON')
    .action(async (options: Options) => exam(options));
}

async function exam(options: Options): Promise<void> {
  const names = options.scenario.includes('all') ? [...SCENARIO_LIBRARY.keys()] : options.scenario;
  const scenarios = await Promise.all(names.map(loadScenario));
  const seeds = wholeOf('--seeds', options.seeds, 1, 10_000);
  const mark = markOf(options.failUnder);
  const ruleFiles = await ruleFilesOf(options.rules);
  const rules = rulesOf(ruleFiles);
  const given = new Map((options.covers ?? []).map(coverOf));
  const strange = [...given.keys()].find((ruleId) => !rules.find(ruleId));
  if (strange !== undefined) throw new UserError(`--covers: there is no rule ${strange}`, 2);
  const covers = coversOf(rules, given);
  const language = options.language === 'de' ? 'de' : options.language === 'en' ? 'en' : undefined;
  if (!language) throw new UserError('--language is en or de', 2);
  await assertWritable(options.html, options.markdown);

  const book = new ExamBook(wholeOf('--mistakes', options.mistakes, 0, 100_000));
  const runs = scenarios.length * seeds;
  let done = 0;
  let part = 0;
  let label = '';
  const progress = new ProgressLine(() => `${bar((done + part) / runs)} ${done} of ${runs} runs, ${label}`);
  let last: ExamOutcome | undefined;
  const comparisons: LiveComparison[] = [];
  for (const { scenario, ...fleet } of scenarios) {
    const first = options.seed === undefined ? scenario.seed : wholeOf('--seed', options.seed, 0, 0xffff_ffff);
    for (let seed = first; seed < first + seeds; seed++) {
      label = `${scenario.name} with seed ${seed}`;
      const examOptions = {
        ...{ ...fleet, rules, covers, seed, isShort: options.short === true || options.live === true },
        onProgress: async (share: number) => {
          part = share;
          await turn();
        },
      };
      if (options.live) {
        const { examineLive } = await import('../exam/live-exam.ts');
        const { outcome, comparison } = await examineLive(scenario, { ...examOptions, ruleFiles });
        comparisons.push(comparison);
        last = outcome;
      } else last = await examineScenario(scenario, examOptions);
      book.add(last);
      done++;
      part = 0;
    }
  }
  progress.end(`${bar(1)} ${runs} runs`);

  const report = book.document;
  const failures = failuresOf(report, mark, options.eachRule === true);
  if (options.html !== undefined) await write(options.html, examHtml(report, last!, language));
  if (options.markdown !== undefined) await write(options.markdown, examMarkdown(report, commandLine(), language));
  const live = options.live ? summaryOf(comparisons) : undefined;
  if (options.json) printJson({ ...report, ...(live && { live }), passed: failures.length === 0, failures });
  else printReport(report, failures);
  if (live && !options.json) printComparison(live);
  if (failures.length > 0) process.exitCode = 1;
}

function commandLine(): string {
  return ['npm run -s stadtfunk --', ...process.argv.slice(2)].join(' ');
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new UserError(`cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function ruleFilesOf(paths: readonly string[]): Promise<readonly RuleSource[]> {
  const sources = paths.includes('default') ? DEFAULT_RULES : await readRuleFiles(paths);
  if (sources.length === 0) throw new UserError('there are no rule files (*.yaml)', 2);
  return sources;
}

function rulesOf(sources: readonly RuleSource[]): RuleSet {
  const { ZONE, FEDERAL_STATE } = settings();
  const rules = compileRules(sources, { zone: ZONE, federalState: FEDERAL_STATE });
  if (rules.ok) return rules.value;
  throw new UserError(['the rules are broken', ...rules.error.map(describeProblem)].join('\n  '));
}

function summaryOf(comparisons: readonly LiveComparison[]): LiveComparison {
  return {
    same: comparisons.reduce((sum, { same }) => sum + same, 0),
    onlyLive: comparisons.flatMap(({ onlyLive }) => onlyLive),
    onlyWithout: comparisons.flatMap(({ onlyWithout }) => onlyWithout),
  };
}

function printComparison({ same, onlyLive, onlyWithout }: LiveComparison): void {
  printLine(`\n${same} alerts of the platform are those of the same rules without one`);
  for (const alert of onlyLive) printLine(`  only the platform: ${alert}`);
  for (const alert of onlyWithout) printLine(`  not the platform: ${alert}`);
}

function coverOf(text: string): readonly [string, Cover] {
  const cover = readCover(text);
  if (!cover.ok) throw new UserError(`--covers: ${cover.error.detail}`, 2);
  return cover.value;
}

function markOf(text: string | undefined): PassMark {
  const mark: { recall?: number; precision?: number } = {};
  for (const part of text === undefined ? [] : text.split(',')) {
    const [, figure, value] = /^(recall|precision)=(0(?:\.\d+)?|1(?:\.0+)?)$/.exec(part) ?? [];
    if (figure !== 'recall' && figure !== 'precision') {
      throw new UserError('--fail-under is like recall=0.99,precision=0.98', 2);
    }
    mark[figure] = Number(value);
  }
  return mark;
}

function wholeOf(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UserError(`${option} is a whole number from ${least} to ${most}`, 2);
}

function printReport(report: ExamDocument, failures: readonly string[]): void {
  const { runs, scenarios, counts, deviceDays, mistakes, mistakeCount, rules, total, notExamined } = report;
  printLine(
    `${runs} runs of ${scenarios.join(', ')}: ${Math.round(deviceDays)} device-days, ${counts.uplinks} uplinks`,
  );
  printLine();
  const share = (value: number | null) => (value === null ? '-' : value.toFixed(3));
  printTable([
    [
      'rule',
      'incidents',
      'visible',
      'found',
      'missed',
      'recall',
      'alerts',
      'false',
      'misled',
      'precision',
      'p50',
      'p95',
      'jobs',
    ],
    ...[...rules, { ruleId: 'all', ...total }].map((rule) => [
      rule.ruleId,
      ...[rule.incidents, rule.visible, rule.found, rule.missed].map(String),
      share(rule.recall),
      ...[rule.alerts, rule.false, rule.misled].map(String),
      share(rule.precision),
      ...[rule.secondsSinceVisible.p50, rule.secondsSinceVisible.p95].map(shownSeconds),
      String(rule.jobs),
    ]),
  ]);
  if (mistakes.length > 0)
    printLine(`\n${mistakeCount} mistakes${mistakes.length < mistakeCount ? ', the first of them' : ''}`);
  for (const { what, ruleId, scenario, seed, deviceId, from, to } of mistakes) {
    printLine(`  ${what} ${ruleId} ${deviceId} ${from} to ${to ?? 'the end'} (${scenario}, seed ${seed})`);
  }
  if (notExamined.length > 0) {
    printLine(`\nnot examined, because nobody said what they are about (--covers): ${notExamined.join(', ')}`);
  }
  for (const failure of failures) printLine(failure);
}

function shownSeconds(seconds: number | null): string {
  if (seconds === null) return '-';
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}

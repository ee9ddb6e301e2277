import {
  compileRules,
  DEFAULT_RULES,
  describeProblem,
  RULE_FILE_SCHEMA,
  runExamples,
  type CalendarOptions,
  type ExampleAlert,
  type ExampleOutcome,
  type RuleSource,
} from '@stadtfunk/rules';
import type { Command } from 'commander';
import { FEDERAL_STATES, isZone } from '@stadtfunk/kernel';
import { readRuleFiles, settings, UserError } from '@stadtfunk/platform';
import { exportRules } from './rules-export.ts';
import { printJson, printLine, printTable } from './output.ts';

interface Options {
  readonly json?: boolean;
  readonly zone?: string;
  readonly state?: string;
}

const PATHS = 'files, or folders with *.yaml; default: the bundled rules';

export function rulesCommands(program: Command): void {
  const rules = program.command('rules').description('work with rule files');
  rules
    .command('check')
    .description('check rule files; names file, line and what was expected')
    .argument('[paths...]', PATHS)
    .option('--zone <name>', 'time zone of the city (default: ZONE)')
    .option('--state <code>', 'federal state whose public holidays count (default: FEDERAL_STATE)')
    .option('--json', 'print JSON')
    .action(async (paths: string[], options: Options) => {
      const compiled = compileRules(await sourcesOf(paths), calendarOf(options));
      const problems = compiled.ok ? [] : compiled.error;
      const found = compiled.ok ? compiled.value.rules : [];
      if (options.json) {
        printJson({ ok: compiled.ok, problems, rules: found.map(({ id, version }) => ({ ruleId: id, version })) });
      } else {
        for (const problem of problems) printLine(describeProblem(problem));
        printTable(found.map(({ id, version, severity, title }) => [id, version, severity, title.en]));
        printLine(compiled.ok ? `${found.length} rules are fine` : `${problems.length} problems`);
      }
      if (!compiled.ok) process.exitCode = 1;
    });
  rules
    .command('test')
    .description('run the examples of rule files through the evaluator that runs live')
    .argument('[paths...]', PATHS)
    .option('--zone <name>', 'time zone of the city (default: ZONE)')
    .option('--state <code>', 'federal state whose public holidays count (default: FEDERAL_STATE)')
    .option('--json', 'print JSON')
    .action(async (paths: string[], options: Options) => {
      const compiled = compileRules(await sourcesOf(paths), calendarOf(options));
      const problems = compiled.ok ? [] : compiled.error;
      const outcomes = compiled.ok ? runExamples(compiled.value) : [];
      const untested = compiled.ok ? compiled.value.rules.filter(({ examples }) => examples.length === 0) : [];
      // Nothing that was run is nothing that was shown.
      const isGood = outcomes.length > 0 && outcomes.every(({ passed }) => passed);
      if (options.json) {
        printJson({ ok: isGood, problems, examples: outcomes.map(inIso), untested: untested.map(({ id }) => id) });
      } else {
        for (const problem of problems) printLine(describeProblem(problem));
        for (const outcome of outcomes) printOutcome(outcome);
        for (const { id } of untested) printLine(`none  ${id} has no examples`);
        const failed = outcomes.filter(({ passed }) => !passed).length;
        printLine(compiled.ok ? `${outcomes.length} examples, ${failed} failed` : `${problems.length} problems`);
      }
      if (!isGood) process.exitCode = 1;
    });
  rules
    .command('export')
    .description('write the rules in force of the running platform as rule files, saved versions and all')
    .argument('<folder>', 'an empty folder, or one that is not there yet')
    .option('--json', 'print JSON')
    .action(async (folder: string, options: Options) => {
      const exported = await exportRules(folder);
      if (options.json) printJson({ rules: exported });
      else {
        printTable(
          exported.map(({ file, mode, number }) => [file, mode, number === 0 ? 'of the files' : `version ${number}`]),
        );
        printLine(`${exported.length} rules`);
      }
    });
  rules
    .command('schema')
    .description('print the JSON Schema of rule files, for editors')
    .action(() => printJson(RULE_FILE_SCHEMA));
}

/** As the platform has it with the same settings, unless something else is wished. */
function calendarOf({ zone, state }: Options): CalendarOptions {
  const { ZONE, FEDERAL_STATE } = settings();
  if (zone !== undefined && !isZone(zone)) throw new UserError('--zone is not a time zone such as Europe/Berlin', 2);
  const federalState = FEDERAL_STATES.find((code) => code === state);
  if (state !== undefined && !federalState) {
    throw new UserError(`--state is none of ${FEDERAL_STATES.join(', ')}`, 2);
  }
  return { zone: zone ?? ZONE, federalState: federalState ?? FEDERAL_STATE };
}

async function sourcesOf(paths: readonly string[]): Promise<readonly RuleSource[]> {
  if (paths.length === 0 || (paths.length === 1 && paths[0] === 'default')) return DEFAULT_RULES;
  const sources = await readRuleFiles(paths);
  if (sources.length === 0) throw new UserError(`no rule files (*.yaml) in ${paths.join(', ')}`);
  return sources;
}

function printOutcome({ passed, ruleId, example, file, line, expected, actual }: ExampleOutcome): void {
  printLine(`${passed ? 'ok  ' : 'FAIL'}  ${ruleId}: ${example}`);
  if (passed) return;
  printLine(`      ${file}:${line}`);
  printLine(`      expected ${shownAlerts(expected)}`);
  printLine(`      actual   ${shownAlerts(actual)}`);
}

function shownAlerts(alerts: readonly ExampleAlert[]): string {
  if (alerts.length === 0) return 'no alert';
  return alerts
    .map((alert) => inIsoTimes(alert))
    .map(({ raised, cleared }) => `raised ${raised} ${cleared === null ? 'and open' : `cleared ${cleared}`}`)
    .join('; ');
}

function inIso({ expected, actual, ...outcome }: ExampleOutcome): object {
  return { ...outcome, expected: expected.map(inIsoTimes), actual: actual.map(inIsoTimes) };
}

function inIsoTimes({ raisedAt, clearedAt }: ExampleAlert): { raised: string; cleared: string | null } {
  const iso = (time: number) => new Date(time).toISOString();
  return { raised: iso(raisedAt), cleared: clearedAt === null ? null : iso(clearedAt) };
}

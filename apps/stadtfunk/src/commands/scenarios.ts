import { readFile } from 'node:fs/promises';
import {
  readScenario,
  SCENARIO_FILE_SCHEMA,
  SCENARIO_LIBRARY,
  type Scenario,
  type ScenarioSource,
} from '@stadtfunk/device-simulator';
import { UserError } from '@stadtfunk/platform';
import { describeProblem } from '@stadtfunk/yaml';
import type { Command } from 'commander';
import { printJson, printLine, printTable } from './output.ts';

export function scenariosCommand(program: Command): void {
  const scenarios = program.command('scenarios').description('stories of the simulated city: docs/scenarios.md');
  scenarios
    .command('list')
    .description('the scenarios that come along')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) => {
      const all = [...SCENARIO_LIBRARY.values()].map(scenarioOf);
      if (options.json) printJson(all.map(documentOf));
      else printTable([['name', 'begins', 'days', 'devices', ''], ...all.map(rowOf)]);
    });
  scenarios
    .command('check')
    .description('check scenario files, or names of those that come along')
    .argument('<scenarios...>', 'files or names')
    .option('--json', 'print JSON')
    .action(async (names: string[], options: { json?: boolean }) => {
      const read = await Promise.all(names.map(async (name) => readScenario(await sourceOf(name))));
      const problems = read.flatMap((each) => (each.ok ? [] : each.error));
      if (options.json) {
        printJson({
          ok: problems.length === 0,
          problems,
          scenarios: read.flatMap((each) => (each.ok ? [documentOf(each.value)] : [])),
        });
      } else {
        for (const problem of problems) printLine(describeProblem(problem));
        for (const each of read) if (each.ok) printLine(`ok  ${each.value.name}: ${each.value.title.en}`);
      }
      if (problems.length > 0) process.exitCode = 1;
    });
  scenarios
    .command('schema')
    .description('print the JSON Schema of scenario files, for editors')
    .action(() => printJson(SCENARIO_FILE_SCHEMA));
}

/** A scenario by its name, or by its file. */
export async function loadScenario(name: string): Promise<Scenario> {
  return scenarioOf(await sourceOf(name));
}

async function sourceOf(name: string): Promise<ScenarioSource> {
  const known = SCENARIO_LIBRARY.get(name);
  if (known) return known;
  if (!/[./]/.test(name)) {
    throw new UserError(`there is no scenario '${name}'; there are ${[...SCENARIO_LIBRARY.keys()].join(', ')}`, 2);
  }
  try {
    return { file: name, text: await readFile(name, 'utf8') };
  } catch (error) {
    throw new UserError(`cannot read the scenario: ${error instanceof Error ? error.message : String(error)}`, 2);
  }
}

function scenarioOf(source: ScenarioSource): Scenario {
  const read = readScenario(source);
  if (read.ok) return read.value;
  throw new UserError(['the scenario is broken', ...read.error.map(describeProblem)].join('\n  '));
}

function devicesOf({ fleet }: Scenario): number | null {
  return 'import' in fleet ? null : fleet.bins + fleet.parkingSpots + fleet.streetLights;
}

function documentOf(scenario: Scenario): object {
  const { name, title, description, startAt, durationMs, seed, speed } = scenario;
  const start = new Date(startAt).toISOString();
  return { name, title, description, start, days: durationMs / 86_400_000, devices: devicesOf(scenario), seed, speed };
}

function rowOf(scenario: Scenario): readonly string[] {
  const { name, title, startAt, durationMs } = scenario;
  const begins = new Date(startAt).toISOString().slice(0, 16);
  return [name, begins, String(durationMs / 86_400_000), String(devicesOf(scenario) ?? '-'), title.en];
}

import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import {
  readScenario,
  SCENARIO_FILE_SCHEMA,
  SCENARIO_LIBRARY,
  ScenarioRun,
  truthLines,
  type Scenario,
} from '@stadtfunk/device-simulator';
import { DAY_MS } from '@stadtfunk/kernel';
import { UserError } from '@stadtfunk/platform';
import { describeProblem } from '@stadtfunk/yaml';
import type { Command } from 'commander';
import { importedAssets, loadScenario, scenarioOf, scenarioSourceOf } from '../scenario/scenario-files.ts';
import { assertWritable } from './output-file.ts';
import { printJson, printLine, printTable } from './output.ts';
import { bar, ProgressLine } from './progress-line.ts';

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
      const read = await Promise.all(names.map(async (name) => readScenario(await scenarioSourceOf(name))));
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
    .command('run')
    .description('run a scenario as fast as it goes, without a network, and keep what was true')
    .argument('<scenario>', 'a file or a name')
    .option('--seed <number>', "another seed than the scenario's")
    .option('--short', 'its short form')
    .option('--truth <file>', 'write the truth to this file')
    .option('--json', 'print JSON')
    .action(runScenario);
  scenarios
    .command('fleet')
    .description('check a file of assets that a scenario names as its fleet: docs/simulated-city.md')
    .argument('<file>', 'CSV or GeoJSON')
    .option('--json', 'print JSON')
    .action(async (file: string, options: { json?: boolean }) => {
      const assets = await importedAssets(file);
      const counts: Record<string, number> = {};
      for (const { type } of assets) counts[type] = (counts[type] ?? 0) + 1;
      if (options.json) printJson({ file, assets: counts });
      else printTable(Object.entries(counts).map(([type, count]) => [type, String(count)]));
    });
  scenarios
    .command('schema')
    .description('print the JSON Schema of scenario files, for editors')
    .action(() => printJson(SCENARIO_FILE_SCHEMA));
}

interface RunOptions {
  readonly seed?: string;
  readonly short?: boolean;
  readonly truth?: string;
  readonly json?: boolean;
}

async function runScenario(name: string, options: RunOptions): Promise<void> {
  const { scenario, ...fleet } = await loadScenario(name);
  const seed = options.seed === undefined ? scenario.seed : Number(options.seed);
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) throw new UserError('--seed is a whole number', 2);
  await assertWritable(options.truth);
  const run = new ScenarioRun(scenario, { ...fleet, seed, isShort: options.short === true });
  const { simulation, from, to } = run;
  const bytes = createHash('sha256');
  let uplinks = 0;
  const progress = new ProgressLine(() => `${bar((simulation.now - from) / (to - from))} ${uplinks} uplinks`);
  while (simulation.now < to) {
    simulation.run(Math.min(to, simulation.now + DAY_MS), ({ at, deviceId, payload }) => {
      bytes.update(`${at} ${deviceId} `).update(payload);
      uplinks++;
    });
    await turn();
  }
  simulation.finish();
  progress.end(`${bar(1)} ${uplinks} uplinks`);
  const { header, incidents, downlinks } = run;
  if (options.truth !== undefined) await writeFile(options.truth, [...truthLines({ header, incidents })].join(''));
  const told = { ...header, uplinks, incidents: incidents.length, downlinks, sha256: bytes.digest('hex') };
  if (options.json) return printJson(told);
  printLine(`${uplinks} uplinks of ${header.devices} devices, ${incidents.length} incidents, sha256 ${told.sha256}`);
  const { sent, heard, medianWaitSeconds, longestWaitSeconds } = downlinks;
  if (sent === 0) return;
  const waits = heard === 0 ? '' : `, after ${medianWaitSeconds} s (median), ${longestWaitSeconds} s at the most`;
  printLine(`${heard} of ${sent} downlinks heard${waits}`);
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

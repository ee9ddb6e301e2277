import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  assetsFromCsv,
  assetsFromGeoJson,
  readScenario,
  SCENARIO_LIBRARY,
  type AssetSpec,
  type Scenario,
  type ScenarioSource,
} from '@stadtfunk/device-simulator';
import { messageOf } from '@stadtfunk/kernel';
import { UserError } from '@stadtfunk/platform';
import { describeProblem } from '@stadtfunk/yaml';

/** A scenario, and the assets of the file that its fleet names, if it names one. */
export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly assets?: readonly AssetSpec[];
}

/** Row errors that are told; further ones are counted. */
const TOLD_ERRORS = 10;

/** A scenario by its name, or by its file, with its fleet. */
export async function loadScenario(name: string): Promise<LoadedScenario> {
  const scenario = scenarioOf(await scenarioSourceOf(name));
  const { fleet } = scenario;
  if (!('import' in fleet)) return { scenario };
  // Beside the scenario, as its author sees it.
  return { scenario, assets: await importedAssets(resolve(dirname(name), fleet.import)) };
}

/** The text of a scenario by its name, or by its file. */
export async function scenarioSourceOf(name: string): Promise<ScenarioSource> {
  const known = SCENARIO_LIBRARY.get(name);
  if (known) return known;
  if (!/[./]/.test(name)) {
    throw new UserError(`there is no scenario '${name}'; there are ${[...SCENARIO_LIBRARY.keys()].join(', ')}`, 2);
  }
  return { file: name, text: await textOf(name, 'the scenario') };
}

export function scenarioOf(source: ScenarioSource): Scenario {
  const read = readScenario(source);
  if (read.ok) return read.value;
  throw new UserError(['the scenario is broken', ...read.error.map(describeProblem)].join('\n  '));
}

/** Assets of a city from a file, CSV or GeoJSON: docs/simulated-city.md. Rows with errors are left out and told. */
export async function importedAssets(file: string): Promise<readonly AssetSpec[]> {
  const text = await textOf(file, 'the fleet');
  const read = /^\ufeff?\s*\{/.test(text) ? assetsFromGeoJson(text) : assetsFromCsv(text);
  if (!read.ok) throw new UserError(`${file}: ${read.error.detail} (${read.error.code})`);
  const { assets, errors, errorCount, ignored } = read.value;
  const say = (line: string) => process.stderr.write(`${file}: ${line}\n`);
  for (const { row, column, code, detail } of errors.slice(0, TOLD_ERRORS)) {
    say(`row ${row}${column === null ? '' : `, ${column}`}: ${detail} (${code})`);
  }
  if (errorCount > TOLD_ERRORS) say(`${errorCount - TOLD_ERRORS} further errors`);
  if (ignored.length > 0) say(`columns without a meaning: ${ignored.join(', ')}`);
  if (!assets.some(({ type }) => type !== 'StreetlightControlCabinet')) throw new UserError(`${file}: nothing in it`);
  return assets;
}

async function textOf(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`cannot read ${what}: ${messageOf(error)}`, 2);
  }
}

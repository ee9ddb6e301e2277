import { DAY_MS, isZone, momentOfLocal, ok, type Result } from '@stadtfunk/kernel';
import {
  isAbsent,
  readCount,
  readDuration,
  readPattern,
  readText,
  readTitle,
  refuse,
  valueOf,
  YamlReader,
  type FileProblem,
  type Spot,
} from '@stadtfunk/yaml';
import { readFault } from './fault-reader.ts';
import { readNumber } from './read-number.ts';
import {
  FLEET_KEYS,
  LONGEST_DAYS,
  MOST_FAULTS,
  MOST_OF_A_KIND,
  SCENARIO_KEYS,
  SCENARIO_NAME,
  SHORT_KEYS,
  SIZE_KEYS,
  START,
  WEATHER_KEYS,
} from './scenario-format.ts';
import type { FaultOrder, FleetSize, Scenario, WeatherChange } from './scenario.ts';

/** A scenario file as text. `file` is what problems name. */
export interface ScenarioSource {
  readonly file: string;
  readonly text: string;
}

const DEFAULT_ZONE = 'Europe/Berlin';
/** What the short form has where the file does not say. */
const SHORT_DURATION_MS = 2 * DAY_MS;
const SHORT_FLEET: FleetSize = { bins: 9, parkingSpots: 6, streetLights: 10 };

/** Reads a scenario, or every problem at once with its line. */
export function readScenario({ file, text }: ScenarioSource): Result<Scenario, readonly FileProblem[]> {
  const reader = new YamlReader(file, text);
  // After a syntax error the rest of the document is guesswork.
  const scenario = reader.problems.length === 0 ? readFile(reader) : undefined;
  if (scenario && reader.problems.length === 0) return ok(scenario);
  return { ok: false, error: reader.problems.sort((a, b) => a.line - b.line) };
}

function readFile(reader: YamlReader): Scenario | undefined {
  const fields = reader.fields(reader.root, SCENARIO_KEYS);
  if (!fields) return undefined;
  const version = valueOf(fields.version);
  if (version !== '1' && version !== 1) reader.problem(fields.version, 'version "1"');
  const name = readPattern(reader, fields.name, SCENARIO_NAME, 'a name such as bin-fire');
  const title = readTitle(reader, fields.title);
  const description = readTitle(reader, fields.description);
  const zone = isAbsent(fields.zone) ? DEFAULT_ZONE : readZone(reader, fields.zone);
  const startAt = readStart(reader, fields.start, zone ?? DEFAULT_ZONE);
  const duration = readLength(reader, fields.duration);
  const fleet = readFleet(reader, fields.fleet);
  const seed = isAbsent(fields.seed) ? 1 : readCount(reader, fields.seed, 0, 0xffff_ffff);
  const speed = isAbsent(fields.speed) ? 'max' : readSpeed(reader, fields.speed);
  const weather = readWeather(reader, fields.weather);
  const faults = readFaults(reader, fields.faults, startAt ?? 0);
  const short = readShort(reader, fields.short, duration ?? SHORT_DURATION_MS);
  if (name === undefined || !title || !description || zone === undefined || startAt === undefined) return undefined;
  if (duration === undefined || !fleet || seed === undefined || speed === undefined) return undefined;
  if (!weather || !faults || !short) return undefined;
  return { name, title, description, startAt, zone, durationMs: duration, fleet, seed, speed, weather, faults, short };
}

function readZone(reader: YamlReader, spot: Spot): string | undefined {
  const zone = readText(reader, spot, 'a time zone such as Europe/Berlin');
  if (zone === undefined || isZone(zone)) return zone;
  reader.problem(spot, 'a time zone such as Europe/Berlin');
  return undefined;
}

/** Without an offset it is what the city's clocks show; of a time that they show twice, the first. */
function readStart(reader: YamlReader, spot: Spot, zone: string): number | undefined {
  const expected = 'a time such as 2026-10-24T12:00, by the clocks of the city or with an offset';
  const text = readPattern(reader, spot, START, expected);
  if (text === undefined) return undefined;
  const isLocal = /\d\d$/.test(text) && !/[+-]\d\d:\d\d$/.test(text);
  const time = Date.parse(isLocal ? `${text}Z` : text);
  if (Number.isNaN(time)) reader.problem(spot, expected);
  return Number.isNaN(time) ? undefined : isLocal ? momentOfLocal(time, zone) : time;
}

function readLength(reader: YamlReader, spot: Spot): number | undefined {
  const length = readDuration(reader, spot);
  if (length === undefined || (length > 0 && length <= LONGEST_DAYS * DAY_MS)) return length;
  reader.problem(spot, `a duration of at most P${LONGEST_DAYS}D`);
  return undefined;
}

function readFleet(reader: YamlReader, spot: Spot): Scenario['fleet'] | undefined {
  const fields = reader.fields(spot, FLEET_KEYS);
  if (!fields) return undefined;
  if (isAbsent(fields.import)) return sizeOf(reader, spot, fields);
  refuse(reader, [fields.bins, fields.parkingSpots, fields.streetLights], 'import');
  const file = readText(reader, fields.import, 'the name of a file with a city');
  return file === undefined ? undefined : { import: file };
}

function sizeOf(
  reader: YamlReader,
  spot: Spot,
  fields: Readonly<Record<keyof FleetSize, Spot>>,
): FleetSize | undefined {
  const count = (of: keyof FleetSize) => (isAbsent(fields[of]) ? 0 : readCount(reader, fields[of], 0, MOST_OF_A_KIND));
  const [bins, parkingSpots, streetLights] = [count('bins'), count('parkingSpots'), count('streetLights')];
  if (bins === undefined || parkingSpots === undefined || streetLights === undefined) return undefined;
  if (bins + parkingSpots + streetLights > 0) return { bins, parkingSpots, streetLights };
  reader.problem(spot, 'at least one bin, parking spot or street light', 'none');
  return undefined;
}

function readSpeed(reader: YamlReader, spot: Spot): number | 'max' | undefined {
  const value = valueOf(spot);
  if (value === 'max') return value;
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value;
  reader.problem(spot, 'how many times faster than life, or max');
  return undefined;
}

function readWeather(reader: YamlReader, spot: Spot): WeatherChange | undefined {
  if (isAbsent(spot)) return { warmer: 0, snowCm: null };
  const fields = reader.fields(spot, WEATHER_KEYS);
  if (!fields) return undefined;
  const warmer = isAbsent(fields.warmer) ? 0 : readNumber(reader, fields.warmer, -40, 40);
  const snowCm = isAbsent(fields.snowCm) ? null : readNumber(reader, fields.snowCm, 0, 300);
  return warmer === undefined || snowCm === undefined ? undefined : { warmer, snowCm };
}

function readFaults(reader: YamlReader, spot: Spot, startAt: number): readonly FaultOrder[] | undefined {
  if (isAbsent(spot)) return [];
  const items = reader.items(spot);
  if (!items || items.length > MOST_FAULTS) {
    reader.problem(spot, `a list of at most ${MOST_FAULTS} faults`, items ? String(items.length) : undefined);
    return undefined;
  }
  const faults = items.map((item) => readFault(reader, item, startAt));
  return faults.every((fault) => fault !== undefined) ? faults : undefined;
}

function readShort(reader: YamlReader, spot: Spot, duration: number): Scenario['short'] | undefined {
  const usual = { durationMs: Math.min(duration, SHORT_DURATION_MS), fleet: SHORT_FLEET };
  if (isAbsent(spot)) return usual;
  const fields = reader.fields(spot, SHORT_KEYS);
  if (!fields) return undefined;
  const durationMs = isAbsent(fields.duration) ? usual.durationMs : readLength(reader, fields.duration);
  if (isAbsent(fields.fleet)) return durationMs === undefined ? undefined : { ...usual, durationMs };
  const size = reader.fields(fields.fleet, SIZE_KEYS);
  const fleet = size && sizeOf(reader, fields.fleet, size);
  return durationMs === undefined || !fleet ? undefined : { durationMs, fleet };
}

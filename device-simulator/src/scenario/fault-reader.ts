import { durationMs } from '@stadtfunk/kernel';
import {
  DURATION,
  isAbsent,
  readCount,
  readDuration,
  readOneOf,
  readText,
  refuse,
  valueOf,
  type Spot,
  type YamlReader,
} from '@stadtfunk/yaml';
import { DISTURBANCE_KINDS, type DisturbanceKind } from '../world/disturbance.ts';
import { FAULT_KINDS } from './fault-kinds.ts';
import { readNumber } from './read-number.ts';
import { FAULT_KEYS, MOMENT, MOST_OF_A_KIND, MOST_PER_YEAR, TARGET_KEYS, TARGET_ON } from './scenario-format.ts';
import type { FaultExtent, FaultFilter, FaultOrder, FaultTime } from './scenario.ts';

/** Reads one entry of `faults`. */
export function readFault(reader: YamlReader, spot: Spot, startAt: number): FaultOrder | undefined {
  const fields = reader.fields(spot, FAULT_KEYS);
  if (!fields) return undefined;
  const kind = readOneOf(reader, fields.kind, DISTURBANCE_KINDS);
  if (kind === undefined) return undefined;
  const target = readTarget(reader, fields.target, kind);
  const extent = readExtent(reader, fields.count, fields.share);
  const time = readTime(reader, fields, startAt);
  const lastsMs = isAbsent(fields.for) ? FAULT_KINDS[kind].lastsMs : readLasting(reader, fields.for);
  const parameters = readParameters(reader, fields.with, kind);
  return target && extent && time && lastsMs && parameters && { kind, target, extent, time, lastsMs, parameters };
}

function readTarget(reader: YamlReader, spot: Spot, kind: DisturbanceKind): FaultFilter | undefined {
  if (isAbsent(spot)) return {};
  const fields = reader.fields(spot, TARGET_KEYS);
  if (!fields) return undefined;
  const name = (of: 'asset' | 'district' | 'cabinet' | 'model') =>
    isAbsent(fields[of]) ? undefined : readText(reader, fields[of], 'a name');
  const [asset, district, cabinet, model] = [name('asset'), name('district'), name('cabinet'), name('model')];
  const isAboutDevices = FAULT_KINDS[kind].of === 'device';
  if (!isAboutDevices) refuse(reader, [fields.on], `kind: ${kind}`);
  const on = isAboutDevices && !isAbsent(fields.on) ? readOneOf(reader, fields.on, TARGET_ON) : undefined;
  return {
    ...(asset !== undefined && { asset }),
    ...(district !== undefined && { district }),
    ...(cabinet !== undefined && { cabinet }),
    ...(model !== undefined && { model }),
    ...(on !== undefined && { on }),
  };
}

function readExtent(reader: YamlReader, count: Spot, share: Spot): FaultExtent | undefined {
  if (!isAbsent(count)) {
    refuse(reader, [share], 'count');
    const read = readCount(reader, count, 1, MOST_OF_A_KIND);
    return read === undefined ? undefined : { count: read };
  }
  if (isAbsent(share)) return {};
  const read = readNumber(reader, share, 0, 1);
  return read === undefined ? undefined : { share: read };
}

function readTime(
  reader: YamlReader,
  { at, spread, perYear }: Readonly<Record<'at' | 'spread' | 'perYear', Spot>>,
  startAt: number,
): FaultTime | undefined {
  if (!isAbsent(perYear)) {
    refuse(reader, [at, spread], 'perYear');
    const read = readNumber(reader, perYear, 0, MOST_PER_YEAR);
    return read === undefined ? undefined : { perYear: read };
  }
  const atMs = isAbsent(at) ? 0 : readMoment(reader, at, startAt);
  const spreadMs = isAbsent(spread) ? 0 : readDuration(reader, spread);
  return atMs === undefined || spreadMs === undefined ? undefined : { atMs, spreadMs };
}

/** A duration after the start, or a moment with its offset; given as ms after the start. */
function readMoment(reader: YamlReader, spot: Spot, startAt: number): number | undefined {
  const text = valueOf(spot);
  if (typeof text === 'string') {
    const after = durationMs(text);
    if (after !== undefined) return after;
    const moment = MOMENT.test(text) ? Date.parse(text) - startAt : NaN;
    if (moment >= 0) return moment;
  }
  reader.problem(spot, 'a duration after the start, or a moment with its offset that is not before the start');
  return undefined;
}

function readLasting(reader: YamlReader, spot: Spot): readonly [number, number] | undefined {
  const items = reader.items(spot);
  if (!items) {
    const lasting = readDuration(reader, spot, `${DURATION}, or two of them`);
    return lasting === undefined ? undefined : [lasting, lasting];
  }
  const [least, most] = items.map((item) => readDuration(reader, item));
  if (items.length === 2 && least !== undefined && most !== undefined && least <= most) return [least, most];
  if (items.length !== 2 || (least !== undefined && most !== undefined)) {
    reader.problem(spot, 'two durations, the shorter first');
  }
  return undefined;
}

function readParameters(reader: YamlReader, spot: Spot, kind: DisturbanceKind): FaultOrder['parameters'] | undefined {
  const { parameters } = FAULT_KINDS[kind];
  const told = Object.fromEntries(Object.entries(parameters).map(([name, { usual }]) => [name, usual]));
  if (isAbsent(spot)) return told;
  const names = Object.keys(parameters);
  if (names.length === 0) {
    reader.problem(spot, `nothing: ${kind} is told nothing`);
    return undefined;
  }
  const fields = reader.fields(spot, names);
  if (!fields) return undefined;
  for (const name of names) {
    const parameter = parameters[name]!;
    const field = fields[name]!;
    if (isAbsent(field)) continue;
    const read =
      'least' in parameter ? readNumber(reader, field, parameter.least, parameter.most) : readFlag(reader, field);
    if (read === undefined) return undefined;
    told[name] = read;
  }
  return told;
}

function readFlag(reader: YamlReader, spot: Spot): boolean | undefined {
  const value = valueOf(spot);
  if (typeof value === 'boolean') return value;
  reader.problem(spot, 'true or false');
  return undefined;
}

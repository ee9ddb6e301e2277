import { ASSET_TYPES, LIFECYCLES } from '@stadtfunk/devices';
import { durationMs } from '@stadtfunk/kernel';
import { SEVERITIES } from '@stadtfunk/maintenance';
import { QUANTITIES, QUANTITY_NAMES, type MutableValues, type QuantityName, type Values } from '@stadtfunk/readings';
import {
  isAbsent,
  readDuration,
  readOneOf,
  readText,
  shown,
  valueOf,
  type Spot,
  type YamlReader,
} from '@stadtfunk/yaml';
import type { ExampleAlert, ExampleUplink, RuleExample } from './rule-example.ts';
import {
  EXAMPLE_ALERT_KEYS,
  EXAMPLE_ASSET_KEYS,
  EXAMPLE_DEVICE_KEYS,
  EXAMPLE_KEYS,
  EXAMPLE_READING_KEYS,
  EXAMPLE_WORSENED_KEYS,
  MOMENT,
  MOST_EXAMPLE_READINGS,
  MOST_EXAMPLES,
} from './rule-format.ts';
import type { RuleSubject } from './rule-subject.ts';
import type { Rule } from './rule.ts';

/** What an example means where it says nothing: Thursday, noon in Berlin, in Hanau, every hour, on the way for 2 s. */
const START = Date.UTC(2026, 0, 15, 11);
const LOCATION = [8.917, 50.133] as const;
const REPORTING_INTERVAL_MS = 3_600_000;
const LATENCY_MS = 2_000;

/** The part of a rule that its examples have to fit. */
export type Exemplified = Pick<Rule, 'types' | 'districts' | 'models' | 'tags' | 'condition' | 'quantities'>;

/** Reads the examples of a rule; those with problems, which the reader has noted then, are left out. */
export function readExamples(reader: YamlReader, spot: Spot, rule: Exemplified): readonly RuleExample[] {
  if (isAbsent(spot)) return [];
  const items = reader.items(spot);
  if (!items || items.length > MOST_EXAMPLES) {
    reader.problem(spot, `a list of at most ${MOST_EXAMPLES} examples`);
    return [];
  }
  return items.flatMap((item) => readExample(reader, item, rule) ?? []);
}

function readExample(reader: YamlReader, spot: Spot, rule: Exemplified): RuleExample | undefined {
  const before = reader.problems.length;
  const fields = reader.fields(spot, EXAMPLE_KEYS);
  if (!fields) return undefined;
  const name = readText(reader, fields.name, 'what the example shows');
  const start = isAbsent(fields.start) ? START : readMoment(reader, fields.start, null);
  const subject = start === undefined ? undefined : readSubject(reader, fields.asset, fields.device, start, rule);
  if (start === undefined || !subject) return undefined;
  const uplinks = readUplinks(reader, fields.readings, start, subject, rule);
  const alerts = readAlerts(reader, fields.alerts, start);
  const end = uplinks?.at(-1)?.receivedAt ?? start;
  const until = isAbsent(fields.until) ? end : readMoment(reader, fields.until, start);
  if (until !== undefined && until < end) reader.problem(fields.until, 'a time after the last reading was received');
  if (reader.problems.length > before) return undefined;
  return { name: name!, subject, uplinks: uplinks!, until: until!, alerts: alerts!, line: reader.lineOf(fields.name) };
}

/** A duration after the start, or a moment; UTC ms. Only a moment where there is no start. */
function readMoment(reader: YamlReader, spot: Spot, start: number | null): number | undefined {
  const value = valueOf(spot);
  if (typeof value === 'string') {
    const after = start === null ? undefined : durationMs(value);
    if (after !== undefined) return start! + after;
    const moment = MOMENT.test(value) ? Date.parse(value) : NaN;
    if (!Number.isNaN(moment)) return moment;
  }
  const moment = 'a moment such as 2026-10-20T09:00:00+02:00';
  reader.problem(spot, start === null ? moment : `a duration after the start such as PT10M, or ${moment}`);
  return undefined;
}

function readSubject(
  reader: YamlReader,
  assetSpot: Spot,
  deviceSpot: Spot,
  start: number,
  rule: Exemplified,
): RuleSubject | undefined {
  const before = reader.problems.length;
  const asset = isAbsent(assetSpot) ? null : reader.fields(assetSpot, EXAMPLE_ASSET_KEYS);
  const device = isAbsent(deviceSpot) ? null : reader.fields(deviceSpot, EXAMPLE_DEVICE_KEYS);
  const given = <T>(spot: Spot | undefined, standard: T, read: (spot: Spot) => T | undefined): T =>
    spot === undefined || isAbsent(spot) ? standard : (read(spot) ?? standard);
  const reportingIntervalMs = given(device?.reportingInterval, REPORTING_INTERVAL_MS, (at) => readDuration(reader, at));
  const registeredAt = given<number | null>(device?.registered, null, (at) => readMoment(reader, at, start));
  const subject: RuleSubject = {
    device: {
      deviceId: 'example',
      model: given(device?.model, rule.models?.[0] ?? 'stadtfunk-json', (at) => readText(reader, at, 'a model')),
      lifecycle: given(device?.lifecycle, 'active', (at) => readOneOf(reader, at, LIFECYCLES)),
      imei: null,
      iccid: null,
      uplinkTopic: null,
      reportingIntervalMs,
    },
    asset: {
      assetId: 'example',
      type: given(asset?.type, rule.types?.[0] ?? 'WasteContainer', (at) => readOneOf(reader, at, ASSET_TYPES)),
      name: null,
      location: { type: 'Point', coordinates: given(asset?.location, LOCATION, (at) => readLocation(reader, at)) },
      district: given(asset?.district, rule.districts?.[0] ?? null, (at) => readText(reader, at, 'a district')),
      address: null,
      department: null,
      attributes: given(asset?.attributes, rule.tags ? { tags: rule.tags } : {}, (at) => readAttributes(reader, at)),
    },
    reportingIntervalMs,
    ...(registeredAt !== null && { registeredAt }),
  };
  return reader.problems.length > before ? undefined : subject;
}

function readLocation(reader: YamlReader, spot: Spot): readonly [number, number] | undefined {
  const [longitude, latitude, ...more] = (reader.items(spot) ?? []).map(valueOf);
  const isDegrees = (value: unknown, most: number): value is number =>
    typeof value === 'number' && Math.abs(value) <= most;
  if (isDegrees(longitude, 180) && isDegrees(latitude, 90) && more.length === 0) return [longitude, latitude];
  reader.problem(spot, '[longitude, latitude] in degrees');
  return undefined;
}

function readAttributes(reader: YamlReader, spot: Spot): Readonly<Record<string, unknown>> | undefined {
  const attributes = reader.plain(spot);
  if (typeof attributes === 'object' && attributes !== null && !Array.isArray(attributes)) {
    return attributes as Record<string, unknown>;
  }
  reader.problem(spot, "a mapping with the asset's attributes");
  return undefined;
}

/** Readings that were received at the same moment came in one uplink. */
function readUplinks(
  reader: YamlReader,
  spot: Spot,
  start: number,
  subject: RuleSubject,
  { quantities, condition }: Exemplified,
): readonly ExampleUplink[] | undefined {
  const items = reader.items(spot);
  // A device that is registered and never sends anything.
  const fewest = condition.kind === 'silent' && subject.registeredAt !== undefined ? 0 : 1;
  if (!items || items.length < fewest || items.length > MOST_EXAMPLE_READINGS) {
    const found = items ? `${items.length} readings` : shown(valueOf(spot));
    reader.problem(
      spot,
      `a list of ${fewest} to ${MOST_EXAMPLE_READINGS} readings, or the example shows nothing`,
      found,
    );
    return undefined;
  }
  const before = reader.problems.length;
  const uplinks = new Map<number, ExampleUplink['readings'][number][]>();
  let isConcerned = quantities.length === 0;
  for (const item of items) {
    const fields = reader.fields(item, [...EXAMPLE_READING_KEYS, ...QUANTITY_NAMES]);
    const observedAt = fields && readMoment(reader, fields.at, start);
    if (observedAt === undefined) continue;
    const receivedAt = isAbsent(fields!.receivedAt)
      ? observedAt + LATENCY_MS
      : readMoment(reader, fields!.receivedAt, start);
    if (receivedAt === undefined) continue;
    const values = readValues(reader, fields!);
    isConcerned ||= quantities.some((name) => values[name] !== undefined);
    const readings = uplinks.get(receivedAt) ?? [];
    uplinks.set(receivedAt, readings);
    if (Object.keys(values).length === 0) continue;
    const of = { deviceId: subject.device.deviceId, assetId: subject.asset!.assetId };
    readings.push({ ...of, observedAt, receivedAt, clock: 'ok', quality: 4, values });
  }
  if (reader.problems.length > before) return undefined;
  if (!isConcerned) {
    reader.problem(spot, `a reading with ${quantities.join(' or ')}, or the example shows nothing`, 'none');
    return undefined;
  }
  return [...uplinks].sort(([a], [b]) => a - b).map(([receivedAt, readings]) => ({ receivedAt, readings }));
}

function readValues(reader: YamlReader, fields: Readonly<Record<QuantityName, Spot>>): Values {
  const values: MutableValues = {};
  for (const name of QUANTITY_NAMES) {
    if (isAbsent(fields[name])) continue;
    const value = valueOf(fields[name]);
    const { kind, min = -Infinity, max = Infinity } = QUANTITIES[name];
    if (kind === 'flag' && typeof value === 'boolean') values[name] = value;
    else if (kind === 'number' && typeof value === 'number' && value >= min && value <= max) values[name] = value;
    else reader.problem(fields[name], kind === 'flag' ? 'true or false' : `a number from ${min} to ${max}`);
  }
  return values;
}

function readAlerts(reader: YamlReader, spot: Spot, start: number): readonly ExampleAlert[] | undefined {
  const items = reader.items(spot);
  if (!items) {
    reader.problem(spot, 'a list of alerts, [] for none: without it the example expects nothing');
    return undefined;
  }
  return items.flatMap((item) => {
    const fields = reader.fields(item, EXAMPLE_ALERT_KEYS);
    const raisedAt = fields && readMoment(reader, fields.raised, start);
    if (!fields || raisedAt === undefined) return [];
    const clearedAt = isAbsent(fields.cleared) ? null : readMoment(reader, fields.cleared, start);
    const severity = isAbsent(fields.severity) ? null : readOneOf(reader, fields.severity, SEVERITIES);
    const worsened = isAbsent(fields.worsened) ? null : readWorsened(reader, fields.worsened, start);
    if (clearedAt === undefined || severity === undefined || worsened === undefined) return [];
    return [{ raisedAt, clearedAt, ...(severity && { severity }), ...(worsened && { worsened }) }];
  });
}

function readWorsened(reader: YamlReader, spot: Spot, start: number): ExampleAlert['worsened'] {
  const items = reader.items(spot);
  if (!items) {
    reader.problem(spot, 'a list of { at, to }');
    return undefined;
  }
  return items.flatMap((item) => {
    const fields = reader.fields(item, EXAMPLE_WORSENED_KEYS);
    const at = fields && readMoment(reader, fields.at, start);
    const severity = fields && readOneOf(reader, fields.to, SEVERITIES);
    return at === undefined || severity === undefined ? [] : [{ at, severity }];
  });
}

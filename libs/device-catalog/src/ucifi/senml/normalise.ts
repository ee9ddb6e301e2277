import type { CodedError } from '@stadtfunk/kernel';
import type { MutableValues } from '@stadtfunk/readings';
import { isDigits } from '../../bytes.ts';
import type { Report, Sample } from '../../format.ts';
import { shown } from '../../json.ts';
import { hasValues, impossible, measuredDistance, put } from '../../measured.ts';
import { reportOf } from '../../report.ts';
import type { SenmlFields, SenmlRecord } from './decode.ts';
import { imeiOf, lastWord, pathOf } from './names.ts';
import { KNOWN_OBJECTS, NAMED, RESOURCES, type Resource } from './resources.ts';

/** Times below this are relative to now (RFC 8428, section 4.5.3). */
const RELATIVE_BELOW = 2 ** 28;
const MAX_SAMPLES = 65;
/** As far as a Date goes. */
const MAX_TIME_SECONDS = 8.64e12;

/** Records of one time. */
interface Moment {
  /** Seconds, as resolved. */
  readonly time: number;
  readonly values: MutableValues;
  /** Resource 5518 of an object: when it was measured, where the record itself does not say. */
  stamp?: number;
}

/** Groups records by time into samples: the newest is why the device sent, older ones are history. */
export function normaliseSenml(fields: SenmlFields): Report {
  const problems: CodedError[] = [...fields.problems];
  const moments = new Map<number, Moment>();
  /** The full name that each resource came under first: a second lamp or spot of the same device is not mixed in. */
  const owners = new Map<Resource, string>();
  const unknown = new Set<string>();
  const ignored = new Set<string>();
  let beyond = 0;
  let imei: string | undefined;

  for (const record of fields.resolved) {
    imei ??= imeiOf(record.n);
    const path = pathOf(record.n);
    const resource = path ? RESOURCES.get(path.key) : NAMED.get(lastWord(record.n));
    if (resource === undefined) {
      if (path?.resource === '5518' && record.v !== undefined) momentOf(moments, record.t).stamp = record.v;
      else if (path?.key === '3412/22' && record.vs !== undefined && isDigits(record.vs, 15)) imei ??= record.vs;
      else if (path === undefined || !KNOWN_OBJECTS.has(path.object)) unknown.add(record.n);
      continue;
    }
    const owner = owners.get(resource);
    if (owner === undefined) owners.set(resource, record.n);
    else if (owner !== record.n) {
      ignored.add(record.n);
      continue;
    }
    if (moments.size >= MAX_SAMPLES && !moments.has(record.t)) {
      beyond++;
      continue;
    }
    const { values } = momentOf(moments, record.t);
    if (values[resource.quantity] === undefined) putRecord(values, problems, resource, record);
  }

  if (beyond > 0) problems.push({ code: 'payload.historyTooLong', detail: `${beyond} records of further times` });
  if (unknown.size > 0) problems.push({ code: 'payload.unknownQuantity', detail: listed(unknown) });
  if (ignored.size > 0) problems.push({ code: 'payload.unknownQuantity', detail: `second ${listed(ignored)}` });
  return reportOf(samplesOf(moments), problems, imei);
}

function momentOf(moments: Map<number, Moment>, time: number): Moment {
  let moment = moments.get(time);
  if (moment === undefined) {
    moment = { time, values: {} };
    moments.set(time, moment);
  }
  return moment;
}

function putRecord(values: MutableValues, problems: CodedError[], resource: Resource, record: SenmlRecord): void {
  const { quantity } = resource;
  if (resource.kind === 'flag') {
    const value = record.vb ?? (record.v === 1 ? true : record.v === 0 ? false : undefined);
    if (value !== undefined) values[quantity] = value;
    else if (record.v !== undefined) problems.push(impossible(quantity, record.v));
    else problems.push({ code: 'payload.malformed', detail: `${quantity} is neither true nor false` });
    return;
  }
  if (record.v === undefined) {
    problems.push({ code: 'payload.malformed', detail: `${quantity} is no number` });
    return;
  }
  const scale = resource.units.get(record.u ?? resource.unit);
  if (scale === undefined) {
    problems.push({ code: 'value.unit', detail: `${quantity} in ${shown(record.u ?? '')}` });
    return;
  }
  const [factor, offset] = scale;
  // Twelve digits keep every measurement and drop what binary fractions add (57 × 0.01 = 0.5700000000000001).
  const value = factor === 1 && offset === 0 ? record.v : Number((record.v * factor + offset).toPrecision(12));
  const magnitude = resource.magnitude ? Math.abs(value) : value;
  put(values, problems, quantity, quantity === 'distance' ? measuredDistance(magnitude) : magnitude);
}

function samplesOf(moments: ReadonlyMap<number, Moment>): readonly Sample[] {
  const usable = [...moments.values()].filter((moment) => hasValues(moment.values));
  usable.sort((a, b) => recency(b.time) - recency(a.time));
  return usable.map(({ time, stamp, values }, index) => {
    const kind = index === 0 ? 'periodic' : 'history';
    if (time >= RELATIVE_BELOW) return { kind, deviceTime: Math.round(time * 1000), values };
    if (stamp !== undefined && stamp >= RELATIVE_BELOW && stamp < MAX_TIME_SECONDS)
      return { kind, deviceTime: Math.round(stamp * 1000), values };
    return time === 0 ? { kind, values } : { kind, ageMs: Math.max(0, Math.round(-time * 1000)), values };
  });
}

/** Orders times, relative ones after all absolute ones: they are counted from now. */
function recency(time: number): number {
  return time >= RELATIVE_BELOW ? time - 1e15 : time;
}

function listed(names: ReadonlySet<string>): string {
  const first = [...names].slice(0, 3).map(shown).join(', ');
  return names.size > 3 ? `${first} and ${names.size - 3} more` : first;
}

import type { CodedError } from '@stadtfunk/kernel';
import type { MutableValues } from '@stadtfunk/readings';
import type { Report, Sample } from '../../format.ts';
import { hasValues, measuredDistance, put, putCsq, putPosition } from '../../measured.ts';
import { reportOf } from '../../report.ts';
import type { MilesightFields } from './decode.ts';
import type { MilesightSample } from './tlv.ts';

/** How far apart the groups of one upload were taken: the NB-IoT units' default sampling interval. */
const SAMPLING_INTERVAL_MS = 30 * 60_000;

/** Groups carry no time, only an order: each is a sampling interval older than the next. */
export function normaliseMilesight(fields: MilesightFields): Report {
  const problems: CodedError[] = [...fields.problems];
  const samples: Sample[] = [];
  const groups = fields.samples;
  for (let index = groups.length - 1; index >= 0; index--) {
    const group = groups[index]!;
    const isNewest = index === groups.length - 1;
    const values = valuesOf(group, problems);
    if (isNewest) putCsq(values, problems, fields.csq);
    if (!hasValues(values)) continue;
    const isAlarm = group.temperature_alarm !== undefined || group.distance_alarm !== undefined;
    const kind = !isNewest ? 'history' : isAlarm ? 'event' : 'periodic';
    if (groups.length === 1) samples.push({ kind, values });
    else samples.push({ kind, ageMs: (groups.length - 1 - index) * SAMPLING_INTERVAL_MS, values });
  }
  return reportOf(samples, problems, fields.imei, fields.frame_count, fields.fw);
}

function valuesOf(group: MilesightSample, problems: CodedError[]): MutableValues {
  const values: MutableValues = {};
  put(values, problems, 'distance', measuredDistance(group.distance_mm));
  put(values, problems, 'temperature', group.temperature_c);
  if (group.temperature_alarm !== undefined) values.temperatureAlarm = group.temperature_alarm === 1;
  if (group.position !== undefined) values.outOfPosition = group.position === 'tilt';
  if (group.battery_pct !== undefined) put(values, problems, 'batteryLevel', group.battery_pct / 100);
  putPosition(values, problems, group.lat, group.lon);
  return values;
}

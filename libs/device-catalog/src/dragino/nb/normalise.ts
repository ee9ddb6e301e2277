import type { CodedError } from '@stadtfunk/kernel';
import type { MutableValues } from '@stadtfunk/readings';
import { shown } from '../../json.ts';
import { parseTime } from '../../device-time.ts';
import type { Report, Sample } from '../../format.ts';
import { hasValues, measuredDistance, measuredVoltage, put, putCsq, putPosition } from '../../measured.ts';
import { reportOf } from '../../report.ts';
import type { DraginoFields } from './decode.ts';
import type { DraginoFrame } from './frame.ts';
import type { DraginoJson } from './json-mode.ts';

export function normaliseDragino(fields: DraginoFields): Report {
  return fields.mode === 'hex' ? normaliseFrame(fields) : normaliseJson(fields);
}

function normaliseFrame(fields: DraginoFrame): Report {
  const problems = [...fields.problems];
  const samples: Sample[] = [];
  const values: MutableValues = {};
  put(values, problems, 'distance', measuredDistance(fields.distance_mm));
  put(values, problems, 'batteryVoltage', measuredVoltage(fields.battery_mv / 1000));
  putCsq(values, problems, fields.csq);
  // Time 0 says that the clock has not been set since boot: the device gave none.
  if (hasValues(values)) samples.push(mainSample(fields.interrupt, fields.timestamp || undefined, values));
  for (const row of fields.history ?? []) {
    const past: MutableValues = {};
    put(past, problems, 'distance', measuredDistance(row.distance_mm));
    // An empty slot of a freshly booted unit is all zero.
    if (hasValues(past)) samples.push({ kind: 'history', deviceTime: row.timestamp * 1000, values: past });
  }
  return reportOf(samples, problems, fields.imei ?? fields.device_id_suffix, undefined, fields.fw);
}

function mainSample(interrupt: number | undefined, seconds: number | undefined, values: MutableValues): Sample {
  const kind = interrupt === 1 ? 'event' : 'periodic';
  return seconds === undefined ? { kind, values } : { kind, deviceTime: seconds * 1000, values };
}

function normaliseJson(fields: DraginoJson): Report {
  const problems = [...fields.problems];
  const samples: Sample[] = [];
  const values: MutableValues = {};
  put(values, problems, 'distance', measuredDistance(fields.distance));
  putClimate(values, problems, fields.temperature, fields.humidity, fields.DS18B20_Temp);
  put(values, problems, 'batteryVoltage', measuredVoltage(fields.battery_v));
  putCsq(values, problems, fields.csq);
  putPosition(values, problems, fields.latitude, fields.longitude);
  const time = fields.time === undefined ? undefined : parseTime(fields.time, true);
  if (fields.time !== undefined && time === undefined) problems.push(badTime(fields.time));
  if (hasValues(values))
    samples.push(mainSample(fields.interrupt, time === undefined ? undefined : time / 1000, values));

  let unknownRows = 0;
  for (const row of fields.history) {
    const past: MutableValues = {};
    if (!putRow(past, problems, fields, row.values)) unknownRows++;
    if (!hasValues(past)) continue;
    const deviceTime = parseTime(row.time, true);
    if (deviceTime === undefined) problems.push(badTime(row.time));
    else samples.push({ kind: 'history', deviceTime, values: past });
  }
  if (unknownRows > 0) {
    problems.push({ code: 'payload.historyMalformed', detail: `${unknownRows} rows with columns that are not known` });
  }
  return reportOf(samples, problems, fields.imei);
}

/** The columns of a row are told by their number and by what the body itself measures; false if they are not known. */
function putRow(past: MutableValues, problems: CodedError[], body: DraginoJson, row: readonly number[]): boolean {
  if (body.distance !== undefined && row.length === 1) {
    put(past, problems, 'distance', measuredDistance(row[0]));
    return true;
  }
  if (body.temperature === undefined || body.humidity === undefined) return false;
  // Temperature and humidity; SN50v3 in mod 1 adds ADC and DS18B20.
  if (row.length !== 2 && row.length !== 4) return false;
  putClimate(past, problems, row[0], row[1], undefined);
  return true;
}

/**
 * The SHT probe, or the DS18B20 in modes without one: never now this and now that in one series. 204.8 °C with 1.0 % is a failed read, 0 °C with 0 % no SHT probe
 * (air of 0 % does not occur outdoors), -409.5 °C no DS18B20.
 */
function putClimate(
  values: MutableValues,
  problems: CodedError[],
  temperature: number | undefined,
  humidity: number | undefined,
  ds18b20: number | undefined,
): void {
  const isRead = temperature !== undefined && temperature !== 204.8 && !(temperature === 0 && humidity === 0);
  if (isRead) {
    put(values, problems, 'temperature', temperature);
    put(values, problems, 'humidity', humidity);
  } else if (temperature === undefined && ds18b20 !== undefined && ds18b20 !== -409.5) {
    put(values, problems, 'temperature', ds18b20);
  }
}

function badTime(text: string): CodedError {
  return { code: 'time.malformed', detail: shown(text) };
}

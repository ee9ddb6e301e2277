import type { CodedError } from '@stadtfunk/kernel';
import type { MutableValues } from '@stadtfunk/readings';
import type { Report, Sample } from '../../format.ts';
import { hasValues, impossible, measuredDistance, measuredVoltage, put, putPosition } from '../../measured.ts';
import { reportOf } from '../../report.ts';
import type { DingtekFields } from './fields.ts';

const PARAMETERS = 3;
const ALARM = 2;

export function normaliseDingtek(fields: DingtekFields): Report {
  const problems: CodedError[] = [];
  const samples: Sample[] = [];
  if (fields.data_type !== PARAMETERS) {
    const values = valuesOf(fields, problems);
    const kind = fields.data_type === ALARM ? 'event' : 'periodic';
    if (hasValues(values)) {
      // 0: the clock was never set.
      samples.push(fields.timestamp ? { kind, deviceTime: fields.timestamp * 1000, values } : { kind, values });
    }
  }
  return reportOf(samples, problems, fields.imei, fields.frame_counter);
}

function valuesOf(fields: DingtekFields, problems: CodedError[]): MutableValues {
  const values: MutableValues = {};
  put(values, problems, 'distance', measuredDistance(fields.distance_mm));
  put(values, problems, 'temperature', fields.temperature_c);
  put(values, problems, 'humidity', fields.humidity_pct);
  if (fields.angle_deg !== undefined) put(values, problems, 'tilt', Math.abs(fields.angle_deg));
  if (fields.alarm_full !== undefined) values.containerFull = fields.alarm_full !== 0;
  if (fields.alarm_fire !== undefined) values.temperatureAlarm = fields.alarm_fire !== 0;
  if (fields.alarm_tilt !== undefined) values.outOfPosition = fields.alarm_tilt !== 0;
  if (fields.alarm_battery !== undefined) values.batteryTooLow = fields.alarm_battery !== 0;
  if (fields.parked !== undefined) {
    if (fields.parked <= 1) {
      values.occupancy = fields.parked === 1;
      // An alarm of a weak battery may be about that: then nobody knows.
      if (fields.data_type !== ALARM) values.occupancyChanged = false;
      else if (fields.alarm_battery === 0) values.occupancyChanged = true;
    } else problems.push(impossible('occupancy', fields.parked));
  }
  put(values, problems, 'magneticFieldX', fields.mag_x);
  put(values, problems, 'magneticFieldY', fields.mag_y);
  put(values, problems, 'magneticFieldZ', fields.mag_z);
  putPosition(values, problems, microdegrees(fields.lat), microdegrees(fields.lon));
  put(values, problems, 'batteryVoltage', measuredVoltage(fields.battery_v));
  // A positive RSRP has lost its sign (seen in the vendor's samples): whether it is otherwise right is unknown.
  if (fields.rsrp_raw !== undefined) put(values, problems, 'rsrp', fields.rsrp_raw / 10);
  if (fields.snr_raw !== undefined) put(values, problems, 'snr', fields.snr_raw / 10);
  return values;
}

/** A 32-bit float holds no more of a longitude than its first six decimals, 0.1 m. */
function microdegrees(degrees: number | undefined): number | undefined {
  return degrees === undefined ? undefined : Math.round(degrees * 1e6) / 1e6;
}

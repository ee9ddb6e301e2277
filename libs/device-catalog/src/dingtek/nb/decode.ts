import { fail, ok, type Result } from '@stadtfunk/kernel';
import { binaryBody, f32le, hexOf, isDigits, s16be, s8, u16be, u32be } from '../../bytes.ts';
import { BIN, DO200, DO201, DO202, type DingtekFields } from './fields.ts';
import { decodeParameters } from './parameters.ts';

/** Bytes of a data frame by device type; the DF70x is 8 longer with a position. */
const FRAME_BYTES: Readonly<Record<number, number>> = { [BIN]: 30, [DO200]: 43, [DO201]: 38, [DO202]: 32 };
const BIN_WITH_POSITION_BYTES = 38;

/** Start, version, device type, data type, length; then at least the IMEI and the end byte. */
const HEAD_BYTES = 5;
const SHORTEST_BYTES = HEAD_BYTES + 9;

/**
 * `80 00 | device type | data type | total length | body | 81`.
 * Source: cndingtek/NB-IoT_Gateway (df702.py, do200.py, do201.py, do202.py), which shows the layouts.
 */
export function decodeDingtek(payload: Uint8Array): Result<DingtekFields> {
  const body = binaryBody(payload);
  if (!body.ok) return body;
  const bytes = body.value;
  if (bytes[0] !== 0x80) return fail('payload.malformed', 'does not start with 80');
  if (bytes.length < HEAD_BYTES) return fail('payload.truncated', `${bytes.length} bytes`);
  if (bytes[1] !== 0x00) return fail('payload.unsupportedVersion', `version byte ${bytes[1]}`);
  const deviceType = bytes[2]!;
  const dataType = bytes[3]!;
  const length = bytes[4]!;
  if (bytes.length < length) return fail('payload.truncated', `${bytes.length} bytes, ${length} announced`);
  if (bytes.length > length || length < SHORTEST_BYTES) {
    return fail('payload.malformed', `${bytes.length} bytes, ${length} announced`);
  }
  if (bytes[length - 1] !== 0x81) return fail('payload.malformed', 'does not end with 81');
  const expected = FRAME_BYTES[deviceType];
  if (expected === undefined) return fail('payload.unsupportedVersion', `device type ${deviceType}`);

  // The IMEI stands last, in decimals behind a digit 1.
  const identity = hexOf(bytes, length - 9, length - 1);
  if (identity[0] !== '1' || !isDigits(identity, 16)) {
    return fail('payload.identity', 'the IMEI is not 15 decimal digits behind a 1');
  }
  const fields: DingtekFields = { device_type: deviceType, data_type: dataType, imei: identity.slice(1) };
  if (dataType === 3) return ok(decodeParameters(bytes, fields));
  if (dataType !== 1 && dataType !== 2) return fail('payload.unsupportedVersion', `data type ${dataType}`);

  fields.frame_counter = u16be(bytes, length - 11);
  if (deviceType === BIN) {
    const hasPosition = bytes[7] !== 0;
    if (length !== (hasPosition ? BIN_WITH_POSITION_BYTES : expected)) return wrongLength(deviceType, length);
    return ok(decodeBin(bytes, hasPosition, fields));
  }
  if (length !== expected) return wrongLength(deviceType, length);
  if (deviceType === DO200) return ok(decodeDo200(bytes, fields));
  if (deviceType === DO201) return ok(decodeDo201(bytes, fields));
  return ok(decodeDo202(bytes, fields));
}

function wrongLength(deviceType: number, length: number) {
  return fail('payload.malformed', `${length} bytes are no frame of device type ${deviceType}`);
}

function decodeBin(bytes: Uint8Array, hasPosition: boolean, fields: DingtekFields): DingtekFields {
  fields.distance_mm = u16be(bytes, 5);
  let at = 8;
  if (hasPosition) {
    fields.lon = f32le(bytes, at);
    fields.lat = f32le(bytes, at + 4);
    at += 8;
  }
  fields.temperature_c = s8(bytes, at);
  fields.angle_deg = bytes[at + 1] === 0 ? bytes[at + 2]! : 0 - bytes[at + 2]!;
  fields.alarm_full = bytes[at + 3]! >> 4;
  fields.alarm_fire = bytes[at + 3]! & 15;
  fields.alarm_tilt = bytes[at + 4]! >> 4;
  fields.alarm_battery = bytes[at + 4]! & 15;
  fields.battery_v = u16be(bytes, at + 5) / 100;
  fields.rsrp_raw = f32le(bytes, at + 7);
  return fields;
}

function decodeDo200(bytes: Uint8Array, fields: DingtekFields): DingtekFields {
  fields.distance_mm = u16be(bytes, 5);
  fields.parked = bytes[7]! >> 4;
  fields.alarm_ultra = bytes[7]! & 15;
  fields.alarm_magnet = bytes[8]! >> 4;
  fields.alarm_battery = bytes[8]! & 15;
  fields.battery_v = u16be(bytes, 10) / 100;
  fields.rsrp_raw = f32le(bytes, 12);
  fields.snr_raw = f32le(bytes, 16);
  // The vendor's parser skips the two bytes at 20.
  fields.timestamp = u32be(bytes, 22);
  putMagneticField(bytes, 26, fields);
  return fields;
}

function decodeDo201(bytes: Uint8Array, fields: DingtekFields): DingtekFields {
  fields.distance_mm = u16be(bytes, 5);
  fields.parked = bytes[7]! >> 4;
  fields.alarm_ultra = bytes[7]! & 15;
  fields.alarm_magnet = bytes[8]! >> 4;
  fields.alarm_battery = bytes[8]! & 15;
  fields.battery_v = u16be(bytes, 9) / 100;
  putMagneticField(bytes, 11, fields);
  fields.temperature_c = s8(bytes, 17);
  fields.humidity_pct = bytes[18]!;
  fields.rsrp_raw = f32le(bytes, 19);
  fields.timestamp = u32be(bytes, 23);
  return fields;
}

function decodeDo202(bytes: Uint8Array, fields: DingtekFields): DingtekFields {
  fields.parked = bytes[5]! >> 4;
  fields.alarm_radar = bytes[5]! & 15;
  fields.alarm_magnet = bytes[6]! >> 4;
  fields.alarm_battery = bytes[6]! & 15;
  fields.battery_v = u16be(bytes, 7) / 100;
  putMagneticField(bytes, 9, fields);
  fields.temperature_c = s8(bytes, 15);
  fields.humidity_pct = bytes[16]!;
  fields.rsrp_raw = f32le(bytes, 17);
  return fields;
}

function putMagneticField(bytes: Uint8Array, at: number, fields: DingtekFields): void {
  fields.mag_x = s16be(bytes, at);
  fields.mag_y = s16be(bytes, at + 2);
  fields.mag_z = s16be(bytes, at + 4);
}

import { ByteWriter } from './bytes.ts';

interface Common {
  readonly imei: string;
  /** A change worth telling at once, rather than the regular heartbeat. */
  readonly isAlarm: boolean;
  readonly batteryV: number;
  readonly batteryLow: boolean;
  readonly rsrpDbm: number;
  /** 16 bits, restarts at boot. */
  readonly counter: number;
  readonly temperatureC: number;
}

export interface DingtekBin extends Common {
  readonly distanceMm: number;
  readonly tiltDeg: number;
  readonly isFull: boolean;
  readonly onFire: boolean;
  readonly isTilted: boolean;
}

export interface DingtekParking extends Common {
  readonly occupied: boolean;
  readonly magneticField: readonly [x: number, y: number, z: number];
  readonly humidityPercent: number;
}

export interface DingtekTimedParking extends DingtekParking {
  readonly distanceMm: number;
  /** Unix seconds by the device's clock. */
  readonly time: number;
}

const nibbles = (high: boolean, low: boolean) => (Number(high) << 4) | Number(low);

const BIN = 0x01;
const DO201 = 0x31;
const DO202 = 0x32;
const HEARTBEAT = 1;
const ALARM = 2;
const PARAMETERS = 3;

const writer = new ByteWriter();

/** `80 | 00 | type | data type | total length | body | 81` (cndingtek/NB-IoT_Gateway). */
function begin(type: number, dataType: number, totalLength: number): ByteWriter {
  return writer.u8(0x80).u8(0).u8(type).u8(dataType).u8(totalLength);
}

/** DF702 without GPS, 30 bytes. RSRP travels in tenths of dBm. */
export function encodeDingtekBin(bin: DingtekBin): Uint8Array {
  return begin(BIN, bin.isAlarm ? ALARM : HEARTBEAT, 30)
    .u16(bin.distanceMm)
    .u8(0)
    .u8(bin.temperatureC)
    .u8(bin.tiltDeg < 0 ? 1 : 0)
    .u8(Math.abs(bin.tiltDeg))
    .u8(nibbles(bin.isFull, bin.onFire))
    .u8(nibbles(bin.isTilted, bin.batteryLow))
    .u16(Math.round(bin.batteryV * 100))
    .f32le(bin.rsrpDbm * 10)
    .u16(bin.counter)
    .hex('1' + bin.imei)
    .u8(0x81)
    .done();
}

function parkingFields(writer: ByteWriter, spot: DingtekParking): ByteWriter {
  writer.u8(nibbles(spot.occupied, spot.occupied)).u8(nibbles(spot.occupied, spot.batteryLow));
  writer.u16(Math.round(spot.batteryV * 100));
  for (const axis of spot.magneticField) writer.u16(axis);
  return writer
    .u8(spot.temperatureC)
    .u8(spot.humidityPercent)
    .f32le(spot.rsrpDbm * 10);
}

/** DO201: ultrasound and magnetometer, with time, 38 bytes. */
export function encodeDingtekDo201(spot: DingtekTimedParking): Uint8Array {
  const body = begin(DO201, spot.isAlarm ? ALARM : HEARTBEAT, 38).u16(spot.distanceMm);
  return parkingFields(body, spot)
    .u32(spot.time)
    .u16(spot.counter)
    .hex('1' + spot.imei)
    .u8(0x81)
    .done();
}

/** DO202: radar and magnetometer, without time, 32 bytes. */
export function encodeDingtekDo202(spot: DingtekParking): Uint8Array {
  return parkingFields(begin(DO202, spot.isAlarm ? ALARM : HEARTBEAT, 32), spot)
    .u16(spot.counter)
    .hex('1' + spot.imei)
    .u8(0x81)
    .done();
}

export interface DingtekParameters {
  readonly imei: string;
  readonly device: 'df702' | 'do201' | 'do202';
  readonly uploadIntervalH: number;
  readonly detectIntervalMin: number;
}

/** What it says of its settings after power-on, with the head that all share: firmware 2, upload interval, detection interval. No reading. */
export function encodeDingtekParameters(settings: DingtekParameters): Uint8Array {
  const { device } = settings;
  // Thresholds: full at 30 cm; level 40 cm, magnet 100, battery 20 %.
  const thresholds = device === 'df702' ? '1e' : device === 'do201' ? '28006414' : '';
  const type = device === 'df702' ? BIN : device === 'do201' ? DO201 : DO202;
  return begin(type, PARAMETERS, 18 + thresholds.length / 2)
    .u8(1)
    .u8(5)
    .u8(settings.uploadIntervalH)
    .u8(settings.detectIntervalMin)
    .hex(thresholds)
    .hex('1' + settings.imei)
    .u8(0x81)
    .done();
}

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

/** `80 | 00 | type | data type | total length | body | 81` (cndingtek/NB-IoT_Gateway). */
function frame(type: number, { isAlarm }: Common, body: ByteWriter): Uint8Array {
  const content = body.done();
  const writer = new ByteWriter()
    .u8(0x80)
    .u8(0)
    .u8(type)
    .u8(isAlarm ? 2 : 1)
    .u8(content.length + 6);
  for (const byte of content) writer.u8(byte);
  return writer.u8(0x81).done();
}

/** DF702 without GPS, 30 bytes. RSRP travels in tenths of dBm. */
export function encodeDingtekBin(bin: DingtekBin): Uint8Array {
  const body = new ByteWriter()
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
    .hex(`1${bin.imei}`);
  return frame(0x01, bin, body);
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
  const body = parkingFields(new ByteWriter().u16(spot.distanceMm), spot);
  return frame(0x31, spot, body.u32(spot.time).u16(spot.counter).hex(`1${spot.imei}`));
}

/** DO202: radar and magnetometer, without time, 32 bytes. */
export function encodeDingtekDo202(spot: DingtekParking): Uint8Array {
  return frame(0x32, spot, parkingFields(new ByteWriter(), spot).u16(spot.counter).hex(`1${spot.imei}`));
}

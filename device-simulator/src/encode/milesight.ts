import type { RadioIdentity } from '../city/identity.ts';
import { ByteWriter } from './bytes.ts';

export interface MilesightUplink extends RadioIdentity {
  readonly serialNumber: string;
  readonly frameCount: number;
  readonly csq: number;
  readonly batteryPercent: number;
  readonly temperatureC: number;
  /** null: out of range (0xfffd). */
  readonly distanceMm: number | null;
  readonly isTilted: boolean;
}

const PROTOCOL_VERSION = 1;
const OUT_OF_RANGE = 0xfffd;

/** EM400-MUD over NB-IoT: identity frame (big-endian) around the TLV data (little-endian). */
export function encodeMilesight(uplink: MilesightUplink): Uint8Array {
  const data = new ByteWriter()
    .hex('0175')
    .u8(uplink.batteryPercent)
    .hex('0367')
    .u16le(Math.round(uplink.temperatureC * 10))
    .hex('0482')
    .u16le(uplink.distanceMm ?? OUT_OF_RANGE)
    .hex('0500')
    .u8(uplink.isTilted ? 1 : 0)
    .done();
  const rest = new ByteWriter()
    .u8(0)
    .u16(uplink.frameCount)
    .u8(PROTOCOL_VERSION)
    .ascii('0101')
    .ascii('0110')
    .ascii(uplink.serialNumber.padEnd(16, '0').slice(0, 16))
    .ascii(uplink.imei)
    .ascii(uplink.imsi)
    .ascii(uplink.iccid.padEnd(20, '0').slice(0, 20))
    .u8(uplink.csq)
    .u16(data.length);
  for (const byte of data) rest.u8(byte);
  const writer = new ByteWriter().u8(0x02).u16(1).u16(rest.length);
  for (const byte of rest.done()) writer.u8(byte);
  return writer.done();
}

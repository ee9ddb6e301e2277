import type { RadioIdentity } from '../city/identity.ts';
import { ByteWriter } from './bytes.ts';

/** One group of measurements. */
export interface MilesightSample {
  readonly batteryPercent: number;
  readonly temperatureC: number;
  /** null: out of range (0xfffd). */
  readonly distanceMm: number | null;
  readonly isTilted: boolean;
  /** Sent at once because of its temperature. */
  readonly isTemperatureAlarm?: boolean;
}

/** Who sends, and how it is received. */
export interface MilesightHead extends RadioIdentity {
  readonly serialNumber: string;
  readonly frameCount: number;
  readonly csq: number;
}

const PROTOCOL_VERSION = 1;
const OUT_OF_RANGE = 0xfffd;

const data = new ByteWriter();
const writer = new ByteWriter();

/** EM400-MUD over NB-IoT: identity frame (big-endian) around TLV data (little-endian), a group for each sample, oldest first. */
export function encodeMilesight(head: MilesightHead, samples: readonly MilesightSample[]): Uint8Array {
  for (const { batteryPercent, temperatureC, distanceMm, isTilted, isTemperatureAlarm } of samples) {
    data.u16(0x0175).u8(batteryPercent);
    data.u16(isTemperatureAlarm === true ? 0x8367 : 0x0367).u16le(Math.round(temperatureC * 10));
    if (isTemperatureAlarm === true) data.u8(1);
    data.u16(0x0482).u16le(distanceMm ?? OUT_OF_RANGE);
    data.u16(0x0500).u8(isTilted ? 1 : 0);
  }
  return frame(head);
}

/** What it says of itself after power-on: protocol, serial number, hardware, firmware, class. No measurement. */
export function encodeMilesightBoot(head: MilesightHead): Uint8Array {
  data.u16(0xff0b).u8(0xff).u16(0xff01).u8(PROTOCOL_VERSION);
  data.u16(0xff16).hex(head.serialNumber.padEnd(16, '0').slice(0, 16));
  data.u16(0xff09).u16(0x0100).u16(0xff0a).u16(0x0101).u16(0xff0f).u8(0);
  return frame(head);
}

/** `02 | 0001 | length of the rest | 0 | frame count | protocol | firmware | hardware | identities | CSQ | length of data | data` */
function frame(head: MilesightHead): Uint8Array {
  const { length } = data;
  writer
    .u8(0x02)
    .u16(1)
    .u16(81 + length);
  writer.u8(0).u16(head.frameCount).u8(PROTOCOL_VERSION).ascii('0101').ascii('0110');
  writer.ascii(head.serialNumber.padEnd(16, '0').slice(0, 16)).ascii(head.imei).ascii(head.imsi);
  writer.ascii(head.iccid.padEnd(20, '0').slice(0, 20)).u8(head.csq).u16(length);
  return writer.bytes(data.done()).done();
}

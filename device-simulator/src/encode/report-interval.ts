import { Buffer } from 'node:buffer';
import type { CityDevice } from '../city/city.ts';
import type { CityModel } from '../city/plan.ts';
import { ByteWriter } from './bytes.ts';
import { encodeDingtekParameters } from './dingtek.ts';

/*
 * The command that every model is told its reporting interval by:
 * - EM400-MUD: `ff 03` and seconds in four bytes, little-endian; `ff03b0040000` is 20 minutes (NB-IoT user guide, 6.2.3).
 * - NDDS75: `AT+TDC=` and seconds (Dragino NB AT commands, 2.5). That it takes them as downlinks as they are is assumed.
 * - uCIFI: a write of LwM2M Server, Default Maximum Period (/1/0/3), as SenML JSON.
 * - Dingtek: nothing is published. A frame of parameters as it sends them itself, of which it takes the upload interval, is assumed.
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LONGEST_MS = 31 * 24 * HOUR_MS;
const LONGEST_COMMAND = 256;
/** Where a frame of parameters has the upload interval in hours. */
const UPLOAD_INTERVAL_AT = 7;

const writer = new ByteWriter();

/** The command to report this often; Dingtek knows whole hours. */
export function encodeReportInterval({ model, identity }: CityDevice, intervalMs: number): Uint8Array {
  const seconds = Math.round(intervalMs / 1000);
  switch (model) {
    case 'milesight-em400-mud':
      return writer
        .u16(0xff03)
        .u16le(seconds & 0xffff)
        .u16le(seconds >>> 16)
        .done();
    case 'dragino-ndds75':
      return Buffer.from(`AT+TDC=${seconds}`, 'latin1');
    case 'ucifi-streetlight':
      return Buffer.from(`[{"n":"/1/0/3","v":${seconds}}]`, 'latin1');
    case 'dingtek-df702':
    case 'dingtek-do201':
    case 'dingtek-do202': {
      const uploadIntervalH = Math.max(1, Math.min(255, Math.round(intervalMs / HOUR_MS)));
      const device = model === 'dingtek-df702' ? 'df702' : model === 'dingtek-do201' ? 'do201' : 'do202';
      const detectIntervalMin = device === 'df702' ? 10 : 1;
      return encodeDingtekParameters({ imei: identity.imei, device, uploadIntervalH, detectIntervalMin });
    }
  }
}

/** The interval in ms that a command tells this model; null: nothing that it understands, or that makes sense. */
export function reportIntervalIn(model: CityModel, command: Uint8Array): number | null {
  if (command.length > LONGEST_COMMAND) return null;
  const ms = intervalOf(model, command);
  return ms !== null && ms >= MINUTE_MS && ms <= LONGEST_MS ? ms : null;
}

function intervalOf(model: CityModel, command: Uint8Array): number | null {
  const bytes = Buffer.from(command.buffer, command.byteOffset, command.length);
  switch (model) {
    case 'milesight-em400-mud':
      return bytes.length === 6 && bytes.readUInt16BE(0) === 0xff03 ? bytes.readUInt32LE(2) * 1000 : null;
    case 'dragino-ndds75':
      return secondsIn(/^\{?AT\+TDC=(\d{1,8})\}?\s*$/, bytes);
    case 'ucifi-streetlight':
      return secondsIn(/"n"\s*:\s*"\/?1\/0\/3"\s*,\s*"v"\s*:\s*(\d{1,8})\s*\}/, bytes);
    case 'dingtek-df702':
    case 'dingtek-do201':
    case 'dingtek-do202': {
      const isParameters = bytes.length > UPLOAD_INTERVAL_AT && bytes.readUInt16BE(0) === 0x8000 && bytes[3] === 3;
      return isParameters ? bytes[UPLOAD_INTERVAL_AT]! * HOUR_MS : null;
    }
  }
}

function secondsIn(pattern: RegExp, bytes: Buffer): number | null {
  const [, seconds] = pattern.exec(bytes.toString('latin1')) ?? [];
  return seconds === undefined ? null : Number(seconds) * 1000;
}

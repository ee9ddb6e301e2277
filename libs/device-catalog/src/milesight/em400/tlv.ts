import { fail, ok, type CodedError, type Result } from '@stadtfunk/kernel';
import { hexOf, s16le, s32le, u16le } from '../../bytes.ts';

/** One group of measurements. Milesight gives no time: a quantity that comes again opens the next, later group. */
export interface MilesightSample {
  battery_pct?: number;
  temperature_c?: number;
  temperature_alarm?: number;
  distance_mm?: number;
  distance_alarm?: number;
  position?: 'normal' | 'tilt';
  /** Absent without a fix. */
  lat?: number;
  lon?: number;
  /** 0 unknown, 1 start, 2 moving, 3 stop. */
  motion_status?: number;
  /** 0 inside, 1 outside, 2 unset, 3 unknown. */
  geofence_status?: number;
}

/** What a device says of itself after power-on. No measurement. */
export interface MilesightBoot {
  power_on?: boolean;
  reset?: boolean;
  protocol_version?: number;
  sn?: string;
  hw?: string;
  fw?: string;
  tsl?: string;
  /** 0 class A, 1 class B, 2 class C. */
  lorawan_class?: number;
}

export interface MilesightTlv {
  readonly samples: readonly MilesightSample[];
  readonly boot: MilesightBoot;
  readonly problems: readonly CodedError[];
}

const MAX_SAMPLES = 64;

/** Bytes of the value behind channel and type. Channel numbers belong to the model: EM310-UDL measures on 3 and 4. */
export const VALUE_BYTES: Readonly<Record<number, number>> = {
  0x0175: 1,
  0x0367: 2,
  0x0382: 2,
  0x0482: 2,
  0x0400: 1,
  0x0500: 1,
  0x0688: 9,
  0x8367: 3,
  0x8482: 3,
  0xff01: 1,
  0xff09: 2,
  0xff0a: 2,
  0xff0b: 1,
  0xff0f: 1,
  0xff16: 8,
  0xfffe: 1,
  0xffff: 2,
};

/**
 * Channel, type, value; numbers little-endian. Source: Milesight EM400-MUD user guide, pages 19, 24, 25.
 * An unknown channel ends what can be read, as its length is not known: the head is kept, the rest is a problem.
 */
export function decodeTlv(bytes: Uint8Array, from = 0): Result<MilesightTlv> {
  const samples: MilesightSample[] = [];
  const boot: MilesightBoot = {};
  const problems: CodedError[] = [];
  let current: MilesightSample = {};
  let at = from;
  while (at < bytes.length) {
    if (at + 2 > bytes.length) return fail('payload.truncated', `ends inside the entry at ${at}`);
    const key = (bytes[at]! << 8) | bytes[at + 1]!;
    const length = VALUE_BYTES[key];
    if (length === undefined) {
      const detail = `unknown channel and type ${hexOf(bytes, at, at + 2)} at ${at}`;
      if (at === from) return fail('payload.malformed', detail);
      problems.push({ code: 'payload.malformed', detail });
      break;
    }
    if (at + 2 + length > bytes.length) return fail('payload.truncated', `ends inside the entry at ${at}`);
    if (bytes[at] === 0xff) {
      putBoot(boot, key, bytes, at + 2);
    } else {
      const entry = measurementOf(key, bytes, at + 2);
      if (overlaps(current, entry)) {
        samples.push(current);
        current = {};
        if (samples.length === MAX_SAMPLES) {
          problems.push({ code: 'payload.historyTooLong', detail: `more than ${MAX_SAMPLES} groups` });
          break;
        }
      }
      Object.assign(current, entry);
    }
    at += 2 + length;
  }
  if (samples.length < MAX_SAMPLES && !isEmpty(current)) samples.push(current);
  return ok({ samples, boot, problems });
}

function measurementOf(key: number, bytes: Uint8Array, at: number): MilesightSample {
  switch (key) {
    case 0x0175:
      return { battery_pct: bytes[at]! };
    case 0x0367:
      // Signed, other than in the vendor's own cellular decoder, where -5 °C becomes 6548.6.
      return { temperature_c: s16le(bytes, at) / 10 };
    case 0x8367:
      return { temperature_c: s16le(bytes, at) / 10, temperature_alarm: bytes[at + 2]! };
    case 0x0382:
    case 0x0482:
      return { distance_mm: u16le(bytes, at) };
    case 0x8482:
      return { distance_mm: u16le(bytes, at), distance_alarm: bytes[at + 2]! };
    case 0x0400:
    case 0x0500:
      return bytes[at] === 0 ? { position: 'normal' } : bytes[at] === 1 ? { position: 'tilt' } : {};
    default:
      return position(bytes, at);
  }
}

/** Latitude, then longitude (two of the vendor's READMEs name them in the wrong order). All ones: no fix. */
function position(bytes: Uint8Array, at: number): MilesightSample {
  const status = bytes[at + 8]!;
  const states = { motion_status: status & 15, geofence_status: status >> 4 };
  const lat = s32le(bytes, at);
  const lon = s32le(bytes, at + 4);
  return lat === -1 || lon === -1 ? states : { lat: lat / 1e6, lon: lon / 1e6, ...states };
}

function putBoot(boot: MilesightBoot, key: number, bytes: Uint8Array, at: number): void {
  if (key === 0xff0b) boot.power_on = true;
  else if (key === 0xfffe) boot.reset = true;
  else if (key === 0xff01) boot.protocol_version = bytes[at]!;
  else if (key === 0xff16) boot.sn = hexOf(bytes, at, at + 8);
  else if (key === 0xff09) boot.hw = `v${bytes[at]!}.${bytes[at + 1]! >> 4}`;
  else if (key === 0xff0a) boot.fw = `v${bytes[at]!}.${bytes[at + 1]!.toString(16)}`;
  else if (key === 0xffff) boot.tsl = `v${bytes[at]!}.${bytes[at + 1]!}`;
  else boot.lorawan_class = bytes[at]!;
}

function overlaps(sample: MilesightSample, entry: MilesightSample): boolean {
  for (const key in entry) {
    if (key in sample) return true;
  }
  return false;
}

function isEmpty(sample: MilesightSample): boolean {
  for (const _key in sample) return false;
  return true;
}

import { ByteWriter } from './bytes.ts';

export interface DraginoSample {
  readonly distanceMm: number;
  /** Unix seconds by the device's clock. */
  readonly time: number;
}

export interface DraginoUplink extends DraginoSample {
  readonly imei: string;
  readonly batteryMv: number;
  readonly csq: number;
  /** Newest first, 8 at the most. */
  readonly history: readonly DraginoSample[];
}

/** Firmware 1.5.2 of the NDDS75, as its version word. */
const VERSION = 152;

const frame = new ByteWriter();
const text = new ByteWriter();

/**
 * Dragino NB distance family, generation v1, as ASCII hex, which is how the device publishes it over MQTT:
 * `'f'+IMEI 8 | version 2 | battery mV 2 | CSQ 1 | mod 1 | interrupt 1 | distance mm 2 | time 4 | n x (distance 2, time 4)`.
 */
export function encodeDragino(uplink: DraginoUplink): Uint8Array {
  frame
    .hex('f' + uplink.imei)
    .u16(VERSION)
    .u16(uplink.batteryMv)
    .u8(uplink.csq)
    .u8(1)
    .u8(0);
  frame.u16(uplink.distanceMm).u32(uplink.time);
  for (const { distanceMm, time } of uplink.history) frame.u16(distanceMm).u32(time);
  return text.asHex(frame.done()).done();
}

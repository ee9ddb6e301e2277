import { u16be } from '../../bytes.ts';
import { BIN, DO201, type DingtekFields } from './fields.ts';

/** The body of a parameter frame starts here. */
const BODY = 5;
const IMEI_AND_END_BYTES = 9;

/**
 * How the device is set: a message about itself, no reading. The DO201's layout is published whole (do201.py), of the
 * DF70x the first five bytes (df703-codec.yaml); the others share the head. The server address in it is not read.
 */
export function decodeParameters(bytes: Uint8Array, fields: DingtekFields): DingtekFields {
  const available = bytes.length - BODY - IMEI_AND_END_BYTES;
  if (available < 4) return fields;
  fields.fw = `${bytes[BODY]!}.${bytes[BODY + 1]!}`;
  fields.upload_interval_h = bytes[BODY + 2]!;
  fields.detect_interval_min = bytes[BODY + 3]!;
  if (fields.device_type === BIN && available >= 5) fields.full_threshold_cm = bytes[BODY + 4]!;
  if (fields.device_type === DO201 && available >= 8) {
    fields.level_threshold_cm = bytes[BODY + 4]!;
    fields.magnet_threshold = u16be(bytes, BODY + 5);
    fields.battery_threshold_pct = bytes[BODY + 7]!;
  }
  return fields;
}

import { fail, ok, type CodedError, type Result } from '@stadtfunk/kernel';
import { asciiOf, binaryBody, isDigits, u16be } from '../../bytes.ts';
import { decodeTlv, type MilesightBoot, type MilesightSample, type MilesightTlv } from './tlv.ts';

/** The block that stands before the TLV data on NB-IoT. */
export interface MilesightHead {
  readonly start: number;
  readonly id: number;
  /** Bytes after this field. */
  readonly length: number;
  readonly flag: number;
  readonly frame_count: number;
  readonly protocol_version: number;
  readonly fw: string;
  readonly hw: string;
  readonly sn: string;
  readonly imei: string;
  readonly imsi: string;
  readonly iccid: string;
  readonly csq: number;
  readonly data_length: number;
}

/** In Milesight's words: the head if there is one, boot information, and the measurements of the newest group. */
export type MilesightFields = Partial<MilesightHead> &
  MilesightBoot &
  MilesightSample & {
    /** All groups, oldest first; the last is the newest. */
    readonly samples: readonly MilesightSample[];
    readonly problems: readonly CodedError[];
  };

export const START = 0x02;
const LENGTH_END = 5;
export const HEAD_BYTES = 86;

/** An NB-IoT frame, or its TLV data alone (as on LoRaWAN): no TLV entry has channel 2, with which a frame starts. */
export function decodeMilesight(payload: Uint8Array): Result<MilesightFields> {
  const body = binaryBody(payload);
  if (!body.ok) return body;
  const bytes = body.value;
  if (bytes[0] !== START) {
    const data = decodeTlv(bytes);
    return data.ok ? ok(joined(data.value, {})) : data;
  }
  if (bytes.length < LENGTH_END) return fail('payload.truncated', `${bytes.length} bytes`);
  const length = u16be(bytes, 3);
  if (bytes.length < LENGTH_END + length || bytes.length < HEAD_BYTES) {
    return fail('payload.truncated', `${bytes.length} bytes, ${LENGTH_END + length} announced`);
  }
  if (bytes.length > LENGTH_END + length) {
    return fail('payload.malformed', `${bytes.length} bytes, ${LENGTH_END + length} announced`);
  }
  const dataLength = u16be(bytes, 84);
  if (HEAD_BYTES + dataLength !== bytes.length) {
    return fail('payload.malformed', `data of ${dataLength} bytes announced, ${bytes.length - HEAD_BYTES} there`);
  }
  const imei = asciiOf(bytes, 33, 48);
  if (!isDigits(imei, 15)) return fail('payload.identity', 'the IMEI is not 15 decimal digits');
  const data = decodeTlv(bytes, HEAD_BYTES);
  if (!data.ok) return data;
  return ok(
    joined(data.value, {
      start: START,
      id: u16be(bytes, 1),
      length,
      flag: bytes[5]!,
      frame_count: u16be(bytes, 6),
      protocol_version: bytes[8]!,
      fw: asciiOf(bytes, 9, 13),
      hw: asciiOf(bytes, 13, 17),
      sn: asciiOf(bytes, 17, 33),
      imei,
      imsi: asciiOf(bytes, 48, 63),
      iccid: asciiOf(bytes, 63, 83),
      csq: bytes[83]!,
      data_length: dataLength,
    }),
  );
}

/** The newest group beside head and boot information. The head's own versions win over those that a boot announces. */
function joined({ samples, boot, problems }: MilesightTlv, head: Partial<MilesightHead>): MilesightFields {
  const newest = samples[samples.length - 1];
  const fields = Object.assign({ samples, problems }, boot, head);
  return newest === undefined ? fields : Object.assign(fields, newest);
}

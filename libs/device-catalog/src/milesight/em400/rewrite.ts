import type { Result } from '@stadtfunk/kernel';
import { asciiOf, hexOf, s32le } from '../../bytes.ts';
import { putAscii, putDigits, rewriteBinary, type PayloadEdit, type Pseudonyms } from '../../rewrite.ts';
import { decodeMilesight, HEAD_BYTES, START } from './decode.ts';
import { VALUE_BYTES } from './tlv.ts';

/** There are no times in these payloads. */
export function rewriteMilesight(payload: Uint8Array, { pseudonyms }: PayloadEdit): Result<Uint8Array> {
  const decoded = decodeMilesight(payload);
  if (!decoded.ok) return decoded;
  return rewriteBinary(payload, (bytes) => {
    if (!pseudonyms) return;
    const isFrame = bytes[0] === START;
    if (isFrame) hideHead(bytes, pseudonyms);
    hideEntries(bytes, isFrame ? HEAD_BYTES : 0, pseudonyms);
  });
}

function hideHead(bytes: Uint8Array, pseudonyms: Pseudonyms): void {
  putAscii(bytes, 17, pseudonyms.serialNumber(asciiOf(bytes, 17, 33)));
  putAscii(bytes, 33, pseudonyms.imei(asciiOf(bytes, 33, 48)));
  putAscii(bytes, 48, pseudonyms.imsi(asciiOf(bytes, 48, 63)));
  putAscii(bytes, 63, pseudonyms.iccid(asciiOf(bytes, 63, 83)));
}

function hideEntries(bytes: Uint8Array, from: number, pseudonyms: Pseudonyms): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = from; at < bytes.length;) {
    const key = (bytes[at]! << 8) | bytes[at + 1]!;
    const length = VALUE_BYTES[key];
    if (length === undefined) {
      // Nobody knows what the rest is.
      bytes.fill(0, at);
      return;
    }
    const value = at + 2;
    if (key === 0xff16) putDigits(bytes, value, pseudonyms.serialNumber(hexOf(bytes, value, value + 8)).toLowerCase());
    if (key === 0x0688) {
      for (const place of [value, value + 4]) {
        const coordinate = s32le(bytes, place);
        // All ones: no fix.
        if (coordinate !== -1) view.setInt32(place, Math.round(pseudonyms.coordinate(coordinate / 1e6) * 1e6), true);
      }
    }
    at = value + length;
  }
}

import type { Result } from '@stadtfunk/kernel';
import { f32le, hexOf } from '../../bytes.ts';
import { putMarkedDigits, rewriteBinary, shiftU32be, type PayloadEdit } from '../../rewrite.ts';
import { decodeDingtek } from './decode.ts';
import { BIN, DO200, DO201 } from './fields.ts';

const PARAMETERS = 3;
/** Where the time of a data frame stands, by device type; the others have none. */
const TIME_AT: Readonly<Record<number, number>> = { [DO200]: 22, [DO201]: 23 };
/** Bytes of a parameter frame, from its begin on, of which the meaning is known. */
const KNOWN_PARAMETERS: Readonly<Record<number, number>> = { [BIN]: 10, [DO201]: 13 };
const LEAST_KNOWN = 9;

export function rewriteDingtek(payload: Uint8Array, edit: PayloadEdit): Result<Uint8Array> {
  const decoded = decodeDingtek(payload);
  if (!decoded.ok) return decoded;
  const { device_type: type, data_type: kind } = decoded.value;
  return rewriteBinary(payload, (bytes) => {
    const identityAt = bytes.length - 9;
    const { pseudonyms } = edit;
    if (pseudonyms) {
      putMarkedDigits(bytes, identityAt, pseudonyms.imei(hexOf(bytes, identityAt, identityAt + 8).slice(1)));
    }
    if (kind === PARAMETERS) {
      // The address of the city's server is in the rest.
      if (pseudonyms) bytes.fill(0, KNOWN_PARAMETERS[type] ?? LEAST_KNOWN, identityAt);
      return;
    }
    const timeAt = TIME_AT[type];
    if (timeAt !== undefined) shiftU32be(bytes, timeAt, edit);
    if (type !== BIN || bytes[7] === 0 || !pseudonyms) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    for (const at of [8, 12]) view.setFloat32(at, pseudonyms.coordinate(f32le(bytes, at)), true);
  });
}

import type { Result } from '@stadtfunk/kernel';
import { binaryBody } from '../../bytes.ts';
import { textBody } from '../../json.ts';
import { decodeFrame, type DraginoFrame } from './frame.ts';
import { decodeJsonMode, type DraginoJson } from './json-mode.ts';

export type DraginoFields = DraginoFrame | DraginoJson;

/** Any body of the family: which one a device sends is a setting (AT+PRO) and a matter of its firmware. */
export function decodeDragino(payload: Uint8Array): Result<DraginoFields> {
  if (startsWithBrace(payload)) {
    const text = textBody(payload);
    return text.ok ? decodeJsonMode(text.value) : text;
  }
  const body = binaryBody(payload);
  return body.ok ? decodeFrame(body.value) : body;
}

/** No frame starts with a brace (0x7b): an identity's digits are at most 9. */
function startsWithBrace(payload: Uint8Array): boolean {
  for (const byte of payload) {
    if (byte === 0x7b) return true;
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return false;
  }
  return false;
}

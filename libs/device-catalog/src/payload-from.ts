import { fail, ok, type Result } from '@stadtfunk/kernel';

const encoder = new TextEncoder();

/** The bytes of a payload that is written down: as hex digits (blanks between them are fine), or as the text itself. */
export function payloadFrom(encoding: 'hex' | 'json' | 'text', text: string): Result<Uint8Array> {
  if (encoding !== 'hex') return ok(encoder.encode(text));
  const digits = text.replace(/\s+/g, '');
  if (digits.length % 2 === 1 || /[^0-9a-fA-F]/.test(digits)) {
    return fail('payload.notHex', 'not an even number of hex digits');
  }
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16);
  }
  return ok(bytes);
}

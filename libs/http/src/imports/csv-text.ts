import { setImmediate as takeTurns } from 'node:timers/promises';

export const ENCODINGS = ['utf-8', 'windows-1252', 'utf-16le', 'utf-16be'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Decoded in one go before other work of the process (acknowledging) gets a turn: well below a millisecond. */
const CHUNK = 64 * 1024;

/** The encoding of a file: as its byte order mark says, else UTF-8 if it is that, else Windows-1252, which spreadsheets write. */
export async function encodingOf(bytes: Uint8Array): Promise<Encoding> {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for (const [part, isLast] of partsOf(bytes)) {
      decoder.decode(part, { stream: !isLast });
      await takeTurns();
    }
    return 'utf-8';
  } catch (thrown) {
    if (thrown instanceof TypeError) return 'windows-1252';
    throw thrown;
  }
}

/** The text of a file, some of it at a time, with `\n` for whatever ends its lines. */
export function* textOf(bytes: Uint8Array, encoding: Encoding): Generator<string> {
  const decoder = encoding === 'windows-1252' ? undefined : new TextDecoder(encoding);
  let held = '';
  for (const [part, isLast] of partsOf(bytes)) {
    const text = held + (decoder ? decoder.decode(part, { stream: !isLast }) : fromWindows1252(part));
    // It may be the first half of a line end.
    held = !isLast && text.endsWith('\r') ? '\r' : '';
    yield text.slice(0, text.length - held.length).replace(/\r\n?/g, '\n');
  }
}

function* partsOf(bytes: Uint8Array): Generator<readonly [part: Uint8Array, isLast: boolean]> {
  for (let at = 0; at < bytes.length; at += CHUNK) yield [bytes.subarray(at, at + CHUNK), at + CHUNK >= bytes.length];
}

/** What stands at 0x80 to 0x9f, where ISO 8859-1 has control characters. */
const WINDOWS = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** Not by `TextDecoder`: that of Node 20 takes Windows-1252 for ISO 8859-1. */
function fromWindows1252(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return text.replace(/[\u0080-\u009f]/g, (character) => WINDOWS[character.charCodeAt(0) - 0x80] ?? character);
}

/**
 * A number as it is written in German or English: `8,9169`, `8.9169`, `1.234,5`, `1,234.5`. Of two signs the last one is that of the
 * decimals; a single one always is. undefined: no number.
 */
export function readNumber(text: string): number | undefined {
  const compact = text.replace(/[\s\u00a0\u202f']/g, '');
  const comma = compact.lastIndexOf(',');
  const point = compact.lastIndexOf('.');
  const thousands = comma >= 0 && point >= 0 ? (comma > point ? '.' : ',') : undefined;
  const plain = (thousands === undefined ? compact : compact.replaceAll(thousands, '')).replace(',', '.');
  return /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : undefined;
}

export const ENCODINGS = ['utf-8', 'windows-1252', 'utf-16le', 'utf-16be'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** The text of a file: as its byte order mark says, else UTF-8 if it is that, else Windows-1252, which spreadsheets write. */
export function readText(bytes: Uint8Array): { readonly text: string; readonly encoding: Encoding } {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return decoded(bytes, 'utf-16le');
  if (first === 0xfe && second === 0xff) return decoded(bytes, 'utf-16be');
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8' };
  } catch (thrown) {
    if (thrown instanceof TypeError) return { text: fromWindows1252(bytes), encoding: 'windows-1252' };
    throw thrown;
  }
}

function decoded(bytes: Uint8Array, encoding: Encoding) {
  return { text: new TextDecoder(encoding).decode(bytes), encoding };
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

const ZERO = 48;
const MINUS = 45;
const LOW_DIGITS = 8;
const LOW = 10 ** LOW_DIGITS;

/** More than any safe integer has digits, with its sign. */
export const MOST_DIGITS = 17;

/** Writes a safe integer as `String` does, without making that text; gives the place behind it. */
export function writeInteger(bytes: Uint8Array, at: number, value: number): number {
  if (value < 0) {
    bytes[at] = MINUS;
    return writeInteger(bytes, at + 1, -value);
  }
  if (value < LOW) return writeDigits(bytes, at, value, digitsOf(value));
  // In parts of which each is a small integer: dividing those is quick.
  const high = Math.floor(value / LOW);
  return writeDigits(bytes, writeInteger(bytes, at, high), value - high * LOW, LOW_DIGITS);
}

function writeDigits(bytes: Uint8Array, at: number, value: number, digits: number): number {
  let rest = value | 0;
  for (let place = at + digits - 1; place >= at; place--) {
    const tens = (rest / 10) | 0;
    bytes[place] = ZERO + rest - 10 * tens;
    rest = tens;
  }
  return at + digits;
}

/** Of a number below `LOW`. */
function digitsOf(value: number): number {
  if (value < 10_000) return value < 100 ? (value < 10 ? 1 : 2) : value < 1_000 ? 3 : 4;
  return value < 1_000_000 ? (value < 100_000 ? 5 : 6) : value < 10_000_000 ? 7 : 8;
}

import { isPossible, QUANTITY_NAMES, type MutableValues, type QuantityName } from '@stadtfunk/readings';
import { timeFromNumber } from '../../device-time.ts';
import type { StadtfunkFields, StadtfunkRow } from './decode.ts';

/** Above every plain payload: 64 rows of ten values. */
const MOST_BYTES = 16_384;
/** So many digits are exact in a number, and so is the power of ten that they are divided by. */
const MOST_DIGITS = 15;
const POWERS = Array.from({ length: MOST_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

const [TAB, LINE_FEED, RETURN, BLANK] = [9, 10, 13, 32];
const [QUOTE, COMMA, MINUS, POINT, ZERO, NINE, COLON] = [0x22, 0x2c, 0x2d, 0x2e, 0x30, 0x39, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [0x5b, 0x5d, 0x7b, 0x7d];

/** A name as it stands in a payload. */
interface Known<Name extends string> {
  readonly name: Name;
  /** In quotes, ASCII. */
  readonly quoted: Uint8Array;
  /** What came behind it the last time. Devices name their quantities in the same order each time, and so do others of their model. */
  next: Known<Name> | undefined;
}

interface Names<Name extends string> {
  readonly byLength: readonly (readonly Known<Name>[] | undefined)[];
  /** What came first the last time. */
  first: Known<Name> | undefined;
}

type Field = 'counter' | 'observedAt' | 'kind' | 'values' | 'history';
const FIELDS = namesOf<Field>(['counter', 'observedAt', 'kind', 'values', 'history']);
const ROW_FIELDS = namesOf(['observedAt', 'values']);
const KINDS = namesOf(['periodic', 'event']);
const QUANTITIES = namesOf(QUANTITY_NAMES);
const TRUE = bytesOf('true');
const FALSE = bytesOf('false');

/**
 * Reads what nearly every payload is, straight from its bytes: known names, numbers without exponent, times as
 * numbers, everything possible. Gives what `decodeStadtfunk` would, at half the cost; undefined says nothing, not even
 * that something is wrong.
 */
export function decodePlain(payload: Uint8Array, mostRows: number): StadtfunkFields | undefined {
  return payload.length <= MOST_BYTES ? new PlainReader(payload, mostRows).read() : undefined;
}

class PlainReader {
  #at = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly mostRows: number,
  ) {}

  read(): StadtfunkFields | undefined {
    let counter: number | undefined;
    let observedAt: number | undefined;
    let kind: StadtfunkFields['kind'] | undefined;
    let values: MutableValues | undefined;
    let history: readonly StadtfunkRow[] | undefined;
    let known: Known<Field> | undefined;
    if (!this.#takes(OPEN)) return undefined;
    do {
      known = this.#name(FIELDS, known);
      if (known === undefined || !this.#takes(COLON)) return undefined;
      const { name } = known;
      if (name === 'values') {
        if (values || !(values = this.#values())) return undefined;
      } else if (name === 'history') {
        if (history || !(history = this.#rows())) return undefined;
      } else if (name === 'kind') {
        if (kind || !(kind = this.#name(KINDS, undefined)?.name)) return undefined;
      } else if (name === 'observedAt') {
        if (observedAt !== undefined || (observedAt = this.#time()) === undefined) return undefined;
      } else {
        if (counter !== undefined || !Number.isInteger((counter = this.#number())) || counter < 0) return undefined;
      }
    } while (this.#takes(COMMA));
    if (!this.#takes(CLOSE) || !this.#isOver() || !values) return undefined;
    const fields: StadtfunkFields = { kind: kind ?? 'periodic', values, history: history ?? [], problems: [] };
    if (counter !== undefined) fields.counter = counter;
    if (observedAt !== undefined) fields.observedAt = observedAt;
    return fields;
  }

  #rows(): readonly StadtfunkRow[] | undefined {
    const rows: StadtfunkRow[] = [];
    if (!this.#takes(OPEN_LIST)) return undefined;
    do {
      const row = this.#row();
      if (!row || rows.push(row) > this.mostRows) return undefined;
    } while (this.#takes(COMMA));
    return this.#takes(CLOSE_LIST) ? rows : undefined;
  }

  #row(): StadtfunkRow | undefined {
    let observedAt: number | undefined;
    let values: MutableValues | undefined;
    if (!this.#takes(OPEN)) return undefined;
    let known: Known<'values' | 'observedAt'> | undefined;
    do {
      known = this.#name(ROW_FIELDS, known);
      if (known === undefined || !this.#takes(COLON)) return undefined;
      if (known.name === 'values') {
        if (values || !(values = this.#values())) return undefined;
      } else {
        if (observedAt !== undefined || (observedAt = this.#time()) === undefined) return undefined;
      }
    } while (this.#takes(COMMA));
    return this.#takes(CLOSE) && values && observedAt !== undefined ? { observedAt, values } : undefined;
  }

  #values(): MutableValues | undefined {
    const values: MutableValues = {};
    if (!this.#takes(OPEN)) return undefined;
    let known: Known<QuantityName> | undefined;
    do {
      known = this.#name(QUANTITIES, known);
      if (known === undefined || !this.#takes(COLON)) return undefined;
      const { name } = known;
      const value = this.#flag() ?? this.#number();
      // What is no number is not possible either.
      if (!isPossible(name, value)) return undefined;
      values[name] = value;
    } while (this.#takes(COMMA));
    return this.#takes(CLOSE) ? values : undefined;
  }

  #time(): number | undefined {
    return timeFromNumber(this.#number());
  }

  /** One of these names, in quotes. */
  #name<Name extends string>(names: Names<Name>, after: Known<Name> | undefined): Known<Name> | undefined {
    this.#passBlanks();
    const likely = after ? after.next : names.first;
    if (likely && this.#takesAll(likely.quoted)) return likely;
    const known = this.#unlikelyName(names);
    if (after) after.next = known;
    else names.first = known;
    return known;
  }

  #unlikelyName<Name extends string>(names: Names<Name>): Known<Name> | undefined {
    const { bytes } = this;
    const begin = this.#at;
    let end = begin + 1;
    while (end < bytes.length && bytes[end] !== QUOTE) end++;
    return names.byLength[end - begin - 1]?.find(({ quoted }) => this.#takesAll(quoted));
  }

  #flag(): boolean | undefined {
    this.#passBlanks();
    if (this.#takesAll(TRUE)) return true;
    return this.#takesAll(FALSE) ? false : undefined;
  }

  /** NaN where no number stands, or one that is not plain. */
  #number(): number {
    this.#passBlanks();
    const { bytes } = this;
    let at = this.#at;
    const isNegative = bytes[at] === MINUS;
    if (isNegative) at++;
    const begin = at;
    let digits = 0;
    for (; isDigit(bytes[at]); at++) digits = 10 * digits + bytes[at]! - ZERO;
    if (at === begin || (bytes[begin] === ZERO && at > begin + 1)) return Number.NaN;
    let decimals = 0;
    if (bytes[at] === POINT) {
      for (at++; isDigit(bytes[at]); at++, decimals++) digits = 10 * digits + bytes[at]! - ZERO;
      if (decimals === 0) return Number.NaN;
    }
    // With the point, which is one too many; with more of them the digits may have lost their last places.
    if (at - begin > MOST_DIGITS) return Number.NaN;
    this.#at = at;
    const value = digits / POWERS[decimals]!;
    return isNegative ? -value : value;
  }

  #takes(code: number): boolean {
    this.#passBlanks();
    if (this.bytes[this.#at] !== code) return false;
    this.#at++;
    return true;
  }

  #isOver(): boolean {
    this.#passBlanks();
    return this.#at === this.bytes.length;
  }

  #passBlanks(): void {
    while (isBlank(this.bytes[this.#at])) this.#at++;
  }

  #takesAll(text: Uint8Array): boolean {
    const { bytes } = this;
    const at = this.#at;
    for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text[index]) return false;
    this.#at = at + text.length;
    return true;
  }
}

function isDigit(code: number | undefined): boolean {
  return code !== undefined && code >= ZERO && code <= NINE;
}

function isBlank(code: number | undefined): boolean {
  // Hardly anything is below a blank, and most of what is asked about is above.
  if (code === undefined || code > BLANK) return false;
  return code === BLANK || code === LINE_FEED || code === RETURN || code === TAB;
}

function namesOf<Name extends string>(names: readonly Name[]): Names<Name> {
  const byLength: Known<Name>[][] = [];
  for (const name of names) {
    (byLength[name.length] ??= []).push({ name, quoted: bytesOf(`"${name}"`), next: undefined });
  }
  return { byLength, first: undefined };
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

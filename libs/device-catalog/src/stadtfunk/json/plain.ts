import { isPossible, QUANTITY_NAMES, type MutableValues } from '@stadtfunk/readings';
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

type Names<Name extends string> = readonly (readonly Name[] | undefined)[];

const FIELDS = byLength(['counter', 'observedAt', 'kind', 'values', 'history']);
const ROW_FIELDS = byLength(['observedAt', 'values']);
const KINDS = byLength(['periodic', 'event']);
const QUANTITIES = byLength(QUANTITY_NAMES);

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
    if (!this.#takes(OPEN)) return undefined;
    do {
      const name = this.#name(FIELDS);
      if (name === undefined || !this.#takes(COLON)) return undefined;
      if (name === 'values') {
        if (values || !(values = this.#values())) return undefined;
      } else if (name === 'history') {
        if (history || !(history = this.#rows())) return undefined;
      } else if (name === 'kind') {
        if (kind || !(kind = this.#name(KINDS))) return undefined;
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
    do {
      const name = this.#name(ROW_FIELDS);
      if (name === undefined || !this.#takes(COLON)) return undefined;
      if (name === 'values') {
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
    do {
      const name = this.#name(QUANTITIES);
      if (name === undefined || !this.#takes(COLON)) return undefined;
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
  #name<Name extends string>(names: Names<Name>): Name | undefined {
    if (!this.#takes(QUOTE)) return undefined;
    const { bytes } = this;
    const begin = this.#at;
    let end = begin;
    while (end < bytes.length && bytes[end] !== QUOTE) end++;
    const known = names[end - begin];
    if (!known || end === bytes.length) return undefined;
    this.#at = end + 1;
    for (const name of known) if (this.#stands(name, begin)) return name;
    return undefined;
  }

  #flag(): boolean | undefined {
    this.#passBlanks();
    const value = this.#stands('true', this.#at) ? true : this.#stands('false', this.#at) ? false : undefined;
    if (value !== undefined) this.#at += value ? 4 : 5;
    return value;
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

  #stands(text: string, at: number): boolean {
    for (let index = 0; index < text.length; index++) {
      if (this.bytes[at + index] !== text.charCodeAt(index)) return false;
    }
    return true;
  }
}

function isDigit(code: number | undefined): boolean {
  return code !== undefined && code >= ZERO && code <= NINE;
}

function isBlank(code: number | undefined): boolean {
  return code === BLANK || code === LINE_FEED || code === RETURN || code === TAB;
}

function byLength<Name extends string>(names: readonly Name[]): Names<Name> {
  const lists: Name[][] = [];
  for (const name of names) (lists[name.length] ??= []).push(name);
  return lists;
}

import { writeInteger } from '@stadtfunk/kernel';
import { QUANTITY_NAMES, type QuantityName, type Reading } from '@stadtfunk/readings';
import { isPlain, tagValueOf } from './tag-value.ts';

export const MEASUREMENT = 'reading';

/** More than the names and values of a reading can need: every quantity there is, and numbers of up to 25 characters. */
const FIELDS_BYTES = 256 + 64 * QUANTITY_NAMES.length;
/** What a character of an id can become: a `%` and four digits, or three bytes of UTF-8. */
const BYTES_PER_CHARACTER = 5;
/** Most readings with a few quantities need less. */
const USUAL_BYTES = 192;
const LINE_BREAK = 10;

/**
 * Lines of line protocol as one piece of bytes, and where each of them ends. A text for each line, made of parts, would be the
 * largest piece of the garbage of a write.
 */
export class Lines {
  #bytes: Buffer;
  #at = 0;
  /** Behind the line break of each line. */
  readonly #ends: number[] = [];

  private constructor(bytes: number) {
    this.#bytes = Buffer.allocUnsafe(bytes);
  }

  static of(lines: readonly string[]): Lines {
    const written = new Lines(USUAL_BYTES * lines.length);
    for (const line of lines) {
      written.#makeRoom(3 * line.length + 1);
      written.#end(written.#at + written.#bytes.write(line, written.#at));
    }
    return written;
  }

  static ofReadings(readings: readonly Reading[]): Lines {
    const written = new Lines(USUAL_BYTES * readings.length + FIELDS_BYTES);
    let before: Reading | undefined;
    let head: Span | undefined;
    for (const reading of readings) {
      const ids = reading.deviceId.length + (reading.assetId?.length ?? 0);
      written.#makeRoom(FIELDS_BYTES + BYTES_PER_CHARACTER * ids);
      head = written.#writeHead(reading, before && hasSameHead(before, reading) ? head : undefined);
      written.#end(writeValues(written.#bytes, head.end, reading));
      before = reading;
    }
    return written;
  }

  get count(): number {
    return this.#ends.length;
  }

  /** What stands in lines [start, end), without the last line break. */
  text(start: number, end: number): string {
    return this.#bytes.toString('utf8', this.#beginOf(start), this.#beginOf(end) - 1);
  }

  /** The parts that go in one request, [start, end) each. A line that is longer than a part may be goes by itself. */
  *parts(most: { readonly lines: number; readonly bytes: number }): Generator<readonly [start: number, end: number]> {
    let start = 0;
    for (let index = 1; index < this.count; index++) {
      if (index - start < most.lines && this.#beginOf(index + 1) - this.#beginOf(start) <= most.bytes) continue;
      yield [start, index];
      start = index;
    }
    if (start < this.count) yield [start, this.count];
  }

  #beginOf(line: number): number {
    return line === 0 ? 0 : this.#ends[line - 1]!;
  }

  /** The head is that of the line before, if it is given. */
  #writeHead(reading: Reading, same: Span | undefined): Span {
    const begin = this.#at;
    if (!same) return { begin, end: writeHead(this.#bytes, begin, reading) };
    this.#bytes.copyWithin(begin, same.begin, same.end);
    return { begin, end: begin + same.end - same.begin };
  }

  #makeRoom(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * this.#bytes.length + bytes);
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }

  #end(at: number): void {
    this.#bytes[at] = LINE_BREAK;
    this.#at = at + 1;
    this.#ends.push(this.#at);
  }
}

interface Span {
  readonly begin: number;
  readonly end: number;
}

// A reading is one line, with a timestamp in ms. Tags are sorted, as the server wants them.

/** What is the same in all readings of most uplinks. Gives the place behind it. */
function writeHead(bytes: Buffer, begin: number, { assetId, deviceId, clock, quality, receivedAt }: Reading): number {
  let at = writeText(bytes, begin, MEASUREMENT);
  if (assetId !== null) at = writeTag(bytes, writeText(bytes, at, ',assetId='), assetId);
  at = writeTag(bytes, writeText(bytes, at, ',deviceId='), deviceId);
  at = writeText(bytes, writeText(bytes, at, ' clock="'), clock);
  at = writeNumber(bytes, writeText(bytes, at, '",quality='), quality);
  at = writeNumber(bytes, writeText(bytes, at, 'i,receivedAt='), receivedAt);
  return writeText(bytes, at, 'i');
}

function hasSameHead(one: Reading, other: Reading): boolean {
  return (
    one.receivedAt === other.receivedAt &&
    one.deviceId === other.deviceId &&
    one.assetId === other.assetId &&
    one.clock === other.clock &&
    one.quality === other.quality
  );
}

function writeValues(bytes: Buffer, begin: number, { values, observedAt }: Reading): number {
  let at = begin;
  for (const name in values) {
    const value = values[name as QuantityName];
    if (value === undefined) continue;
    at = writeBytes(bytes, at, FIELD_BEGINS.get(name)!);
    // Without a suffix a number is a float: a quantity has one type for ever, also where today's value is whole.
    at = typeof value === 'number' ? writeNumber(bytes, at, value) : writeText(bytes, at, value ? 'true' : 'false');
  }
  return writeNumber(bytes, writeText(bytes, at, ' '), observedAt);
}

const FIELD_BEGINS: ReadonlyMap<string, Uint8Array> = new Map(
  QUANTITY_NAMES.map((name) => [name, Buffer.from(`,${name}=`)]),
);

// For short texts a loop beats a call into the runtime.

function writeBytes(bytes: Buffer, at: number, text: Uint8Array): number {
  for (let index = 0; index < text.length; index++) bytes[at + index] = text[index]!;
  return at + text.length;
}

/** Plain ASCII only. */
function writeText(bytes: Buffer, at: number, text: string): number {
  for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index);
  return at + text.length;
}

function writeTag(bytes: Buffer, at: number, id: string): number {
  return isPlain(id) ? writeText(bytes, at, id) : at + bytes.write(tagValueOf(id), at);
}

function writeNumber(bytes: Buffer, at: number, value: number): number {
  return Number.isSafeInteger(value) ? writeInteger(bytes, at, value) : writeText(bytes, at, String(value));
}

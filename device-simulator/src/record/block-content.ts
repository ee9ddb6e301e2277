import { deviceDocumentOf, readDeviceDocument } from './device-document.ts';
import type { RecordingItem } from './recording-item.ts';

/*
 * The content of a block: items, one after the other. Integers are LEB128, seven bits a byte; a text is its length in bytes and its
 * UTF-8. An item begins with its type:
 *   1 device   the length of a JSON document in bytes, and the document
 *   2 uplink   device id, topic, receivedAt (UTC ms; from that of the uplink before in this block, from 0 in its first, zigzag), qos, the
 *              length of the payload, and the payload
 * Device id and topic are the number of a text of this block; a number that was not used yet is followed by its text. So a block
 * can be read without any other.
 */
const DEVICE = 1;
const UPLINK = 2;
const LONGEST_TEXT = 65_535;
const LONGEST_PAYLOAD = 16 * 1024 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Takes items until somebody finds it large enough. */
export class BlockBuilder {
  #buffer = Buffer.allocUnsafeSlow(64 * 1024);
  #length = 0;
  #items = 0;
  #lastReceivedAt = 0;
  readonly #texts = new Map<string, number>();

  get length(): number {
    return this.#length;
  }

  get items(): number {
    return this.#items;
  }

  add(item: RecordingItem): void {
    this.#items++;
    if (item.type === 'device') {
      const document = Buffer.from(JSON.stringify(deviceDocumentOf(item.bound)));
      this.#integer(DEVICE);
      this.#bytes(document);
      return;
    }
    const { deviceId, topic, receivedAt, qos, payload } = item.uplink;
    if (payload.length > LONGEST_PAYLOAD) throw new RangeError(`a payload of ${payload.length} bytes`);
    const time = Math.round(receivedAt);
    const step = time - this.#lastReceivedAt;
    this.#lastReceivedAt = time;
    this.#integer(UPLINK);
    this.#text(deviceId);
    this.#text(topic);
    this.#integer(step < 0 ? -2 * step - 1 : 2 * step);
    this.#integer(qos);
    this.#bytes(payload);
  }

  /** The content so far, which is no longer valid once the next item is added; begins an empty block. */
  take(): Buffer {
    const content = this.#buffer.subarray(0, this.#length);
    this.#buffer = Buffer.allocUnsafeSlow(this.#buffer.length);
    this.#length = 0;
    this.#items = 0;
    this.#lastReceivedAt = 0;
    this.#texts.clear();
    return content;
  }

  #text(text: string): void {
    const known = this.#texts.get(text);
    if (known !== undefined) return this.#integer(known);
    this.#integer(this.#texts.size);
    this.#texts.set(text, this.#texts.size);
    const bytes = Buffer.from(text);
    if (bytes.length > LONGEST_TEXT) throw new RangeError(`a text of ${bytes.length} bytes`);
    this.#bytes(bytes);
  }

  #bytes(bytes: Uint8Array): void {
    this.#integer(bytes.length);
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #integer(value: number): void {
    this.#reserve(8);
    let left = value;
    // Not by shifting: times are longer than 32 bits.
    for (; left > 127; left = Math.floor(left / 128)) this.#buffer[this.#length++] = (left % 128) | 128;
    this.#buffer[this.#length++] = left;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#buffer.length, this.#length + bytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

/** The items of a block. Payloads are views of the content. Throws an error of any kind where it is not one. */
export function readBlock(content: Buffer, count: number): RecordingItem[] {
  const items: RecordingItem[] = [];
  const texts: string[] = [];
  let at = 0;
  let receivedAt = 0;
  const integer = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = content[at++];
      if (byte === undefined) throw new RangeError('ends within an integer');
      value += (byte & 127) * factor;
      if (!Number.isSafeInteger(value)) throw new RangeError('an integer that is too large');
      if (byte < 128) return value;
    }
  };
  const bytes = (most: number): Buffer => {
    const length = integer();
    if (length > most || at + length > content.length) throw new RangeError('a length beyond the end');
    at += length;
    return content.subarray(at - length, at);
  };
  const text = (): string => {
    const number = integer();
    if (number < texts.length) return texts[number]!;
    if (number > texts.length) throw new RangeError('a text that was not told');
    const told = utf8.decode(bytes(LONGEST_TEXT));
    texts.push(told);
    return told;
  };
  while (at < content.length) {
    const type = integer();
    if (type === DEVICE) {
      items.push({ type: 'device', bound: readDeviceDocument(bytes(LONGEST_PAYLOAD).toString()) });
    } else if (type === UPLINK) {
      const deviceId = text();
      const topic = text();
      const step = integer();
      receivedAt += step % 2 === 0 ? step / 2 : -(step + 1) / 2;
      const qos = integer();
      if (qos !== 0 && qos !== 1 && qos !== 2) throw new RangeError(`qos ${qos}`);
      items.push({ type: 'uplink', uplink: { deviceId, topic, receivedAt, qos, payload: bytes(LONGEST_PAYLOAD) } });
    } else {
      throw new RangeError(`an item of type ${type}`);
    }
  }
  if (items.length !== count) throw new RangeError(`${items.length} items, ${count} announced`);
  return items;
}

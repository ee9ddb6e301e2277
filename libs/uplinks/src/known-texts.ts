/** Slots of 8 bytes, beside the texts themselves: a fleet that is larger pays for some of its ids again. */
const SLOTS = 65_536;
/** Longer than ids and topics are: what a stranger sends shall not stay in memory. */
const LONGEST_BYTES = 96;

/** A `Buffer`, as far as it is needed here. */
export interface TextBytes extends Uint8Array {
  toString(encoding?: 'utf8', from?: number, to?: number): string;
}

/**
 * Ids and topics by their bytes. The same ones come in every batch: as the same strings they cost no memory, and are found in a
 * map without being hashed anew.
 */
export class KnownTexts {
  readonly #texts = new Array<string | undefined>(SLOTS).fill(undefined);

  /** The text of these UTF-8 bytes. */
  read(bytes: TextBytes, from: number, to: number): string {
    if (to - from > LONGEST_BYTES) return bytes.toString('utf8', from, to);
    const slot = slotOf(bytes, from, to);
    const known = this.#texts[slot];
    if (known !== undefined && isAt(known, bytes, from, to)) return known;
    return (this.#texts[slot] = bytes.toString('utf8', from, to));
  }
}

/** Only ASCII is ever recognised: of anything else the characters are no bytes. */
function isAt(text: string, bytes: TextBytes, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) !== bytes[from + index]) return false;
  return true;
}

function slotOf(bytes: TextBytes, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return (hash ^ (hash >>> 16)) & (SLOTS - 1);
}

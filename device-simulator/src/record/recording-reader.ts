import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { Fault, messageOf } from '@stadtfunk/kernel';
import { z } from 'zod';
import { readBlock } from './block-content.ts';
import { COMPRESSIONS, FRAME_KINDS, SIGNATURE } from './frame.ts';
import { FrameScanner, type Frame, type Skipped } from './frame-scanner.ts';
import { countIn, noTotals, type RecordingHeader, type RecordingItem, type RecordingTotals } from './recording-item.ts';

/** What is wrong with a recording. */
export interface RecordingDamage {
  /**
   * `damaged`: bytes that are no sound frame; `missing`: blocks that are not there; `unreadable`: a block that says something else than
   * its checksum; `unfinished`: the end is not there, as after a recorder that was killed; `totals`: other numbers than the trailer says.
   */
  readonly code: 'damaged' | 'missing' | 'unreadable' | 'unfinished' | 'totals';
  /** Number of the first block that it costs. */
  readonly block: number;
  readonly detail: string;
}

const decompress = promisify(brotliDecompress);

const header = z.object({
  format: z.literal('stadtfunk-recording'),
  version: z.literal(1),
  zone: z.string().max(64),
  origin: z.string().max(64),
  recordedAt: z.number().nullable(),
  anonymised: z.boolean(),
  shiftedMs: z.number(),
});
const count = z.number().int().nonnegative();
const trailer = z.object({
  blocks: count,
  devices: count,
  uplinks: count,
  payloadBytes: count,
  firstReceivedAt: z.number().nullable(),
  lastReceivedAt: z.number().nullable(),
});

/** Reads a recording as it comes, a block at a time. */
export class RecordingReader {
  /** What was read so far. */
  readonly totals: RecordingTotals = noTotals();
  /** What was found to be wrong so far. */
  readonly damages: RecordingDamage[] = [];
  /** The number of the last sound frame. */
  #number = 0;
  #blocks = 0;

  private constructor(
    readonly header: RecordingHeader,
    private readonly scanner: FrameScanner,
  ) {}

  /** Fault `recording.invalid` where it is no recording, or of a version that this does not read. */
  static async open(chunks: AsyncIterable<Uint8Array>): Promise<RecordingReader> {
    const scanner = new FrameScanner(chunks);
    const body = await scanner.header();
    if (typeof body === 'string') throw new Fault('recording.invalid', body, false);
    let document: unknown;
    try {
      document = JSON.parse(body.toString());
    } catch (thrown) {
      throw new Fault('recording.invalid', `the header is no JSON: ${messageOf(thrown)}`, false);
    }
    const read = header.safeParse(document);
    if (!read.success) {
      const [{ path, message } = { path: [], message: 'wrong' }] = read.error.issues;
      throw new Fault('recording.invalid', `the header: ${path.join('.')}: ${message}`, false);
    }
    const { zone, origin, recordedAt, anonymised, shiftedMs } = read.data;
    return new RecordingReader({ zone, origin, recordedAt, anonymised, shiftedMs }, scanner);
  }

  /** The items, a block at a time, once. What is damaged is passed over and told in `damages`. Payloads are views of the block. */
  async *blocks(): AsyncGenerator<readonly RecordingItem[]> {
    let isFinished = false;
    for (let found = await this.scanner.next(); found; found = await this.scanner.next()) {
      if (isFinished) {
        this.#tell('damaged', this.#number, 'something follows behind the end');
        return;
      }
      if ('bytes' in found) {
        if (found.atEnd) return this.#torn(found);
        this.#tell('damaged', this.#number + 1, `${found.bytes} bytes are no sound block: ${found.reason}`);
        continue;
      }
      const { number } = found.head;
      if (number <= this.#number) {
        this.#tell('damaged', number, 'the block comes a second time, and is passed over');
        continue;
      }
      const missing = number - this.#number - 1;
      if (missing > 0)
        this.#tell('missing', this.#number + 1, `${missing} ${missing === 1 ? 'block is' : 'blocks are'} missing`);
      this.#number = number;
      if (found.head.kind === FRAME_KINDS.trailer) {
        isFinished = true;
        this.#compare(found.body);
        continue;
      }
      this.#blocks++;
      const items = await this.#items(found);
      for (const item of items) countIn(this.totals, item);
      if (items.length > 0) yield items;
    }
    if (!isFinished) this.#tell('unfinished', this.#number + 1, 'it has no end: what was recorded last is not in it');
  }

  async #items({ head, body }: Frame): Promise<readonly RecordingItem[]> {
    try {
      if (head.kind !== FRAME_KINDS.block) throw new RangeError('a second header');
      const content =
        head.compression === COMPRESSIONS.none ? Buffer.from(body) : await decompressed(body, head.contentBytes);
      if (content.length !== head.contentBytes) {
        throw new RangeError(`${content.length} bytes of content, ${head.contentBytes} announced`);
      }
      return readBlock(content, head.items);
    } catch (thrown) {
      this.#tell('unreadable', head.number, messageOf(thrown));
      return [];
    }
  }

  #torn({ bytes, reason }: Skipped): void {
    this.#tell('unfinished', this.#number + 1, `its last ${bytes} bytes are no whole block: ${reason}`);
  }

  #compare(body: Buffer): void {
    let document: unknown;
    try {
      document = JSON.parse(body.toString());
    } catch (thrown) {
      return this.#tell('unreadable', this.#number, `the trailer is no JSON: ${messageOf(thrown)}`);
    }
    const told = trailer.safeParse(document);
    if (!told.success) return this.#tell('unreadable', this.#number, 'the trailer says something else than totals');
    const { uplinks, devices, blocks } = told.data;
    if (blocks === this.#blocks && uplinks === this.totals.uplinks && devices === this.totals.devices) return;
    const lost = `${uplinks - this.totals.uplinks} of ${uplinks} uplinks are lost, ${devices - this.totals.devices} of ${devices} devices`;
    this.#tell('totals', this.#number, lost);
  }

  #tell(code: RecordingDamage['code'], block: number, detail: string): void {
    this.damages.push({ code, block, detail });
  }
}

/** No more than was announced: a body can be made to expand without end. */
function decompressed(body: Buffer, contentBytes: number): Promise<Buffer> {
  return decompress(body, { maxOutputLength: Math.max(1, contentBytes) });
}

/** Whether these first bytes of a file are those of a recording; a recording in text begins with something else. */
export function isRecording(firstBytes: Uint8Array): boolean {
  return SIGNATURE.equals(firstBytes.subarray(0, SIGNATURE.length));
}

/** One line for people. */
export function describeDamage({ code, block, detail }: RecordingDamage): string {
  return `block ${block}: ${code}: ${detail}`;
}

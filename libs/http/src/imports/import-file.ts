import { Problem } from '../problem.ts';
import type { ImportKind } from './columns.ts';
import { readCsv, type Separator } from './csv.ts';
import { type Encoding, encodingOf, textOf } from './csv-text.ts';
import { type ImportRow, RowReader } from './import-rows.ts';

export const MOST_BYTES = 32 * 1024 * 1024;
export const MOST_ROWS = 150_000;
/** Read, compared and written at a time: bounds the memory, and how long the others wait for the records (a quarter of a second). */
const PORTION = 500;

/** A file that can be read again and again, some rows at a time: of all of it only the bytes are kept. */
export class ImportFile {
  private constructor(
    private readonly bytes: Uint8Array,
    readonly encoding: Encoding,
    readonly separator: Separator,
    readonly reader: RowReader,
  ) {}

  /** Reads it once as a whole, so that what is wrong with it shows before anything is done. Problems: 413, 422. */
  static async open(kind: ImportKind, bytes: Uint8Array): Promise<ImportFile> {
    const encoding = await encodingOf(bytes);
    let file: ImportFile | undefined;
    for await (const { separator, header } of tablesOf(bytes, encoding)) {
      file ??= new ImportFile(bytes, encoding, separator, new RowReader(kind, header));
    }
    return file!;
  }

  async *portions(): AsyncGenerator<readonly ImportRow[]> {
    for await (const { rows } of tablesOf(this.bytes, this.encoding)) yield this.reader.read(rows);
  }
}

async function* tablesOf(bytes: Uint8Array, encoding: Encoding) {
  const limits = { mostRows: MOST_ROWS, portion: PORTION };
  for await (const portion of readCsv(textOf(bytes, encoding), limits)) {
    if (portion.ok) {
      yield portion.value;
      continue;
    }
    const { code, detail } = portion.error;
    throw new Problem(code === 'csv.tooManyRows' ? 413 : 422, code, detail);
  }
}

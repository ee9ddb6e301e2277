import { Readable } from 'node:stream';
import { setImmediate as takeTurns } from 'node:timers/promises';
import { fail, ok, type Result } from '@stadtfunk/kernel';
import { CsvError, parse } from 'csv-parse';

export const SEPARATORS = [';', ',', '\t'] as const;
export type Separator = (typeof SEPARATORS)[number];

/** A row with the line of the file on which it begins; the first line is 1. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvTable {
  readonly separator: Separator;
  readonly header: readonly string[];
  /** Without empty lines. */
  readonly rows: readonly CsvRow[];
}

/** Parsed in one go before other work of the process (acknowledging) gets a turn: some milliseconds. */
const CHUNK = 64 * 1024;
/** Of a row, bytes: a quote that is never closed would take the rest of the file for one cell. */
const LONGEST_ROW = 256 * 1024;
/** Beyond it nobody meant it as a table; names of columns are compared with all that are known. */
const MOST_COLUMNS = 500;

/**
 * A table as RFC 4180 and spreadsheets write it: cells may stand in quotes, and then hold separators, line ends and doubled quotes.
 * Codes: `csv.empty`, `csv.quote` (one that is not closed, or text before or behind one), `csv.tooManyRows`, `csv.tooManyColumns`,
 * `csv.rowTooLong`, `csv.binary`.
 */
export async function readCsv(text: string, mostRows: number): Promise<Result<CsvTable>> {
  if (text.includes('\0')) return fail('csv.binary', 'the file is no text: it holds NUL characters');
  // One kind of line ends: the parser counts those within quotes twice where they are two characters.
  const lines = text.replace(/\r\n?/g, '\n');
  const separator = separatorOf(lines);
  const parser = Readable.from(chunksOf(lines)).pipe(
    parse({
      delimiter: separator,
      record_delimiter: '\n',
      relax_column_count: true,
      skip_records_with_empty_values: true,
      trim: true,
      max_record_size: LONGEST_ROW,
      info: true,
    }),
  );
  const rows: CsvRow[] = [];
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (rows.length > mostRows) return fail('csv.tooManyRows', `there are more than ${mostRows} rows`);
      if (record.length > MOST_COLUMNS) return fail('csv.tooManyColumns', `a row has more than ${MOST_COLUMNS} cells`);
      // It is told on which line a row ends.
      const within = record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
      rows.push({ line: info.lines - within, cells: record.map((cell) => cell.trim()) });
    }
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown;
    const line = String(thrown['lines']);
    if (thrown.code === 'CSV_MAX_RECORD_SIZE') {
      return fail(
        'csv.rowTooLong',
        `a row is longer than ${LONGEST_ROW} bytes by line ${line}; is a quote not closed?`,
      );
    }
    return fail('csv.quote', `a quote stands where none may be, or is not closed, by line ${line}`);
  }
  const [header, ...data] = rows;
  if (!header) return fail('csv.empty', 'there is nothing in the file');
  return ok({ separator, header: header.cells, rows: data });
}

async function* chunksOf(text: string): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += CHUNK) {
    yield bytes.subarray(at, at + CHUNK);
    await takeTurns();
  }
}

/** What stands most often in the first line, outside of quotes. */
function separatorOf(text: string): Separator {
  const counts = new Map<string, number>();
  let isQuoted = false;
  for (const character of text.slice(0, 10_000).trimStart()) {
    if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && character === '\n') break;
    else if (!isQuoted) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  return SEPARATORS.reduce((best, each) => ((counts.get(each) ?? 0) > (counts.get(best) ?? 0) ? each : best));
}

import { pipeline, Readable } from 'node:stream';
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

/** Of a row, bytes: a quote that is never closed would take the rest of the file for one cell. */
const LONGEST_ROW = 256 * 1024;
/** Beyond it nobody meant it as a table; names of columns are compared with all that are known. */
const MOST_COLUMNS = 500;

export interface CsvLimits {
  /** Without the header. */
  readonly mostRows: number;
  /** How many rows are given at a time: all that is held of the file. */
  readonly portion: number;
}

/**
 * A table as RFC 4180 and spreadsheets write it, some rows at a time: cells may stand in quotes, and then hold separators, line ends
 * and doubled quotes. A table without rows is one portion without any; what cannot be read is the last portion.
 * Codes: `csv.empty`, `csv.quote` (one that is not closed, or text before or behind one), `csv.tooManyRows`, `csv.tooManyColumns`,
 * `csv.rowTooLong`, `csv.binary`.
 *
 * @param text in pieces, with `\n` as line ends: the parser counts those within quotes twice where they are two characters
 */
export async function* readCsv(
  text: Iterable<string>,
  { mostRows, portion }: CsvLimits,
): AsyncGenerator<Result<CsvTable>> {
  const pieces = text[Symbol.iterator]();
  const first = pieces.next();
  const start = first.done ? '' : first.value;
  const separator = separatorOf(start);
  const parser = parse({
    delimiter: separator,
    record_delimiter: '\n',
    relax_column_count: true,
    skip_records_with_empty_values: true,
    trim: true,
    max_record_size: LONGEST_ROW,
    info: true,
  });
  // What goes wrong in between ends the parser, whose rows are waited for.
  pipeline(Readable.from(chunksOf(start, { [Symbol.iterator]: () => pieces })), parser, () => undefined);
  let header: readonly string[] | undefined;
  let rows: CsvRow[] = [];
  let count = 0;
  let isGiven = false;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (record.length > MOST_COLUMNS) {
        yield fail('csv.tooManyColumns', `a row has more than ${MOST_COLUMNS} cells`);
        return;
      }
      const cells = record.map((cell) => cell.trim());
      if (!header) {
        header = cells;
        continue;
      }
      if (++count > mostRows) {
        yield fail('csv.tooManyRows', `there are more than ${mostRows} rows`);
        return;
      }
      // It is told on which line a row ends.
      const within = record.reduce((sum, cell) => sum + cell.split('\n').length - 1, 0);
      rows.push({ line: info.lines - within, cells });
      if (rows.length < portion) continue;
      yield ok({ separator, header, rows });
      isGiven = true;
      rows = [];
    }
  } catch (thrown) {
    yield failureOf(thrown);
    return;
  }
  if (!header) yield fail('csv.empty', 'there is nothing in the file');
  else if (rows.length > 0 || !isGiven) yield ok({ separator, header, rows });
}

function failureOf(thrown: unknown): Result<never> {
  if (thrown instanceof BinaryFile) return fail('csv.binary', 'the file is no text: it holds NUL characters');
  if (!(thrown instanceof CsvError)) throw thrown;
  const line = String(thrown['lines']);
  if (thrown.code !== 'CSV_MAX_RECORD_SIZE') {
    return fail('csv.quote', `a quote stands where none may be, or is not closed, by line ${line}`);
  }
  return fail('csv.rowTooLong', `a row is longer than ${LONGEST_ROW} bytes by line ${line}; is a quote not closed?`);
}

class BinaryFile extends Error {}

/** Each parsed in one go before other work of the process (acknowledging) gets a turn: some milliseconds. */
async function* chunksOf(first: string, rest: Iterable<string>): AsyncGenerator<Buffer> {
  for (const text of chain(first, rest)) {
    if (text.includes('\0')) throw new BinaryFile();
    yield Buffer.from(text);
    await takeTurns();
  }
}

function* chain(first: string, rest: Iterable<string>): Generator<string> {
  yield first;
  yield* rest;
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

import { fail, ok, type Result } from '@stadtfunk/kernel';

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

/**
 * A table as RFC 4180 and spreadsheets write it: cells may stand in quotes, and then hold separators, line ends and doubled quotes.
 * Codes: `csv.empty`, `csv.quote` (a quote that is not closed, or text behind it), `csv.tooManyRows`.
 */
export function readCsv(text: string, mostRows: number): Result<CsvTable> {
  const separator = separatorOf(text);
  const rows: CsvRow[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const begun = line;
    const cells: string[] = [];
    for (;;) {
      const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at, separator);
      if (!cell) return fail('csv.quote', `a quote that is opened on line ${line} is not closed`);
      line += cell.lines;
      cells.push(cell.value);
      at = cell.end;
      const next = text[at];
      if (next === separator) {
        at++;
        continue;
      }
      if (next !== undefined && next !== '\n' && next !== '\r') {
        return fail('csv.quote', `line ${line}: something stands behind a closing quote`);
      }
      at += next === '\r' && text[at + 1] === '\n' ? 2 : 1;
      line++;
      break;
    }
    if (cells.every((cell) => cell.trim() === '')) continue;
    if (rows.length > mostRows) return fail('csv.tooManyRows', `there are more than ${mostRows} rows`);
    rows.push({ line: begun, cells });
  }
  const [header, ...data] = rows;
  if (!header) return fail('csv.empty', 'there is nothing in the file');
  return ok({ separator, header: header.cells, rows: data });
}

interface Cell {
  readonly value: string;
  /** Where the next separator, line end or the end of the text is. */
  readonly end: number;
  /** Line ends in it. */
  readonly lines: number;
}

function plainCell(text: string, from: number, separator: Separator): Cell {
  let end = from;
  for (; end < text.length; end++) {
    const character = text[end];
    if (character === separator || character === '\n' || character === '\r') break;
  }
  return { value: text.slice(from, end).trim(), end, lines: 0 };
}

function quotedCell(text: string, from: number): Cell | undefined {
  let value = '';
  let start = from + 1;
  for (;;) {
    const quote = text.indexOf('"', start);
    if (quote < 0) return undefined;
    value += text.slice(start, quote);
    if (text[quote + 1] !== '"') {
      return { value: value.trim(), end: quote + 1, lines: value.split('\n').length - 1 };
    }
    value += '"';
    start = quote + 2;
  }
}

/** What stands most often in the first line, outside of quotes. */
function separatorOf(text: string): Separator {
  const counts = new Map<string, number>();
  let isQuoted = false;
  for (const character of text.slice(0, 10_000)) {
    if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (character === '\n' || character === '\r')) break;
    else if (!isQuoted) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  return SEPARATORS.reduce((best, each) => ((counts.get(each) ?? 0) > (counts.get(best) ?? 0) ? each : best));
}

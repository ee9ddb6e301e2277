import { fail, ok, type Result } from '@stadtfunk/kernel';
import { AssetReader, type ImportedAssets } from './asset-reader.ts';
import { readLatitude, readLongitude } from './column.ts';

/** Devices and cabinets of the largest city. */
export const MOST_ROWS = 1_100_000;
const SEPARATORS = [';', ',', '\t'];
const PLACE = ['latitude', 'longitude'] as const;

/**
 * Assets of a city from a table with a header: separated by semicolons, commas or tabs, quoted as in RFC 4180, with decimal points or
 * commas. Required columns: `type`, `latitude`, `longitude`. Rows with errors are left out and told.
 */
export function assetsFromCsv(text: string): Result<ImportedAssets> {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  const firstLine = body.slice(0, Math.max(0, body.search(/\r|\n|$/)));
  const separator = SEPARATORS.map((each) => ({ each, count: firstLine.split(each).length })).reduce((a, b) =>
    b.count > a.count ? b : a,
  ).each;
  const records = recordsOf(body, separator);
  const header = records.next();
  if (header.done) return fail('file.empty', 'no header');
  const columns = header.value.fields.map((name) => name.trim());
  const missing = ['type', ...PLACE].filter((name) => !columns.includes(name));
  if (missing.length > 0) return fail('file.columns', `columns missing: ${missing.join(', ')}`);
  const doubled = columns.find((name, index) => name !== '' && columns.indexOf(name) !== index);
  if (doubled !== undefined) return fail('file.columns', `column twice: ${doubled}`);

  const at = new Map(columns.map((name, index) => [name, index]));
  const reader = new AssetReader();
  let count = 0;
  for (const { line, fields, problem } of records) {
    if (fields.length === 1 && fields[0]!.trim() === '') continue;
    if (++count > MOST_ROWS) return fail('file.tooLong', `more than ${MOST_ROWS} rows`);
    if (problem !== undefined) reader.complain(line, null, 'row.malformed', problem);
    else if (fields.length > columns.length) {
      reader.complain(line, null, 'row.malformed', `${fields.length} fields under ${columns.length} columns`);
    } else reader.read(line, placeOf(fields, at), (name) => fields[at.get(name) ?? -1]);
  }
  return ok(reader.done(columns, PLACE));
}

function placeOf(fields: readonly string[], at: ReadonlyMap<string, number>): Result<readonly [number, number]> {
  const latitude = readLatitude((fields[at.get('latitude')!] ?? '').trim());
  const longitude = readLongitude((fields[at.get('longitude')!] ?? '').trim());
  if (!latitude.ok) return fail(latitude.error.code, `latitude: ${latitude.error.detail}`);
  if (!longitude.ok) return fail(longitude.error.code, `longitude: ${longitude.error.detail}`);
  return ok([longitude.value as number, latitude.value as number]);
}

interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
  readonly problem?: string;
}

/** RFC 4180, with any separator and any end of line. */
function* recordsOf(text: string, separator: string): Generator<CsvRecord> {
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const startLine = line;
    const fields: string[] = [];
    let problem: string | undefined;
    for (;;) {
      let field = '';
      if (text[at] === '"') {
        const close = closingQuote(text, at + 1);
        if (close === -1) {
          yield { line: startLine, fields, problem: 'a quote that is not closed' };
          return;
        }
        field = text.slice(at + 1, close).replaceAll('""', '"');
        line += field.split('\n').length - 1;
        at = close + 1;
        if (at < text.length && text[at] !== separator && !isEnd(text[at]))
          problem = 'something behind a closing quote';
      }
      const end = endOfField(text, at, separator);
      field += text.slice(at, end);
      at = end;
      fields.push(field);
      if (text[at] !== separator) break;
      at++;
    }
    if (text[at] === '\r') at++;
    if (text[at] === '\n') at++;
    line++;
    yield problem === undefined ? { line: startLine, fields } : { line: startLine, fields, problem };
  }
}

function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at !== -1 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

function endOfField(text: string, from: number, separator: string): number {
  let at = from;
  while (at < text.length && text[at] !== separator && !isEnd(text[at])) at++;
  return at;
}

const isEnd = (character: string | undefined): boolean => character === '\n' || character === '\r';

import { describe, expect, it } from 'vitest';
import { readCsv } from './csv.ts';
import { readNumber, readText } from './csv-text.ts';

const table = (text: string) => {
  const read = readCsv(text, 1_000);
  if (!read.ok) throw new Error(read.error.code);
  return read.value;
};
const cellsOf = (text: string) => table(text).rows.map(({ cells }) => cells);

describe('A CSV file', () => {
  it('is told by its separator, whatever stands in quotes', () => {
    expect(table('a;b\n1;2').separator).toBe(';');
    expect(table('a,b\n1,2').separator).toBe(',');
    expect(table('a\tb\n1\t2').separator).toBe('\t');
    expect(table('"a,b,c";d\n1;2').header).toEqual(['a,b,c', 'd']);
  });

  it('may hold separators, line ends and quotes within quotes', () => {
    expect(cellsOf('a;b\n"x;y";"say ""hi"""\r\n"two\nlines";z\n')).toEqual([
      ['x;y', 'say "hi"'],
      ['two\nlines', 'z'],
    ]);
  });

  it('tells on which line a row begins', () => {
    const { rows } = table('a;b\r\n"1\r\n2";x\r\n\r\n;;\r\n3;y');
    expect(rows.map(({ line }) => line)).toEqual([2, 6]);
  });

  it('may end without a line end, and with old line ends', () => {
    expect(cellsOf('a;b\r1;2\r3;4')).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  it('keeps empty cells, also at the end', () => {
    expect(cellsOf('a;b;c\n;x;\n')).toEqual([['', 'x', '']]);
  });

  it('is refused where it cannot be read', () => {
    expect(readCsv('', 9)).toMatchObject({ ok: false, error: { code: 'csv.empty' } });
    expect(readCsv(' \n\n', 9)).toMatchObject({ ok: false, error: { code: 'csv.empty' } });
    expect(readCsv('a;b\n"open;2\n3;4', 9)).toMatchObject({ ok: false, error: { code: 'csv.quote' } });
    expect(readCsv('a;b\n"x"y;2', 9)).toMatchObject({ ok: false, error: { code: 'csv.quote' } });
    expect(readCsv('a\n1\n2\n3', 2)).toMatchObject({ ok: false, error: { code: 'csv.tooManyRows' } });
    expect(readCsv('a\n1\n2', 2)).toMatchObject({ ok: true });
  });
});

describe('The text of a file', () => {
  it('is UTF-8, Windows-1252 or UTF-16', () => {
    const utf8 = new TextEncoder().encode('Straße');
    expect(readText(utf8)).toEqual({ text: 'Straße', encoding: 'utf-8' });
    expect(readText(Uint8Array.of(0xef, 0xbb, 0xbf, ...utf8))).toEqual({ text: 'Straße', encoding: 'utf-8' });
    const ansi = Uint8Array.from(Buffer.from('Straße \u0080', 'latin1'));
    expect(readText(ansi)).toEqual({ text: 'Straße €', encoding: 'windows-1252' });
    const wide = Buffer.from('\ufeffStraße', 'utf16le');
    expect(readText(wide)).toEqual({ text: 'Straße', encoding: 'utf-16le' });
    expect(readText(wide.swap16())).toEqual({ text: 'Straße', encoding: 'utf-16be' });
  });
});

describe('A number', () => {
  it.each([
    ['8,9169', 8.9169],
    ['8.9169', 8.9169],
    ['-0,5', -0.5],
    ['1.234,5', 1234.5],
    ['1,234.5', 1234.5],
    ['1 234,5', 1234.5],
    ['38', 38],
  ])('%s is read', (text, value) => expect(readNumber(text)).toBe(value));

  it.each(['', 'abc', '1e3', '1,2,3', '0x10', '--1', '1.2.3', ',', '12 V'])('is not %s', (text) =>
    expect(readNumber(text)).toBeUndefined(),
  );
});

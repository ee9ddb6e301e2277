import { describe, expect, it } from 'vitest';
import { readCsv } from './csv.ts';
import { readNumber, readText } from './csv-text.ts';

const table = async (text: string) => {
  const read = await readCsv(text, 1_000);
  if (!read.ok) throw new Error(read.error.code);
  return read.value;
};
const cellsOf = async (text: string) => (await table(text)).rows.map(({ cells }) => cells);
const codeOf = async (text: string, mostRows = 9) => {
  const read = await readCsv(text, mostRows);
  return read.ok ? null : read.error.code;
};

describe('A CSV file', () => {
  it('is told by its separator, whatever stands in quotes', async () => {
    expect((await table('a;b\n1;2')).separator).toBe(';');
    expect((await table('a,b\n1,2')).separator).toBe(',');
    expect((await table('a\tb\n1\t2')).separator).toBe('\t');
    expect((await table('"a,b,c";d\n1;2')).header).toEqual(['a,b,c', 'd']);
  });

  it('may hold separators, line ends and quotes within quotes', async () => {
    expect(await cellsOf('a;b\n"x;y";"say ""hi"""\r\n"two\nlines";z\n')).toEqual([
      ['x;y', 'say "hi"'],
      ['two\nlines', 'z'],
    ]);
  });

  it('tells on which line a row begins', async () => {
    const { rows } = await table('a;b\r\n"1\r\n2";x\r\n\r\n;;\r\n3;y');
    expect(rows.map(({ line }) => line)).toEqual([2, 6]);
    const tabs = await table('\n\na\tb\n\t\n1\t" 2 "\n');
    expect(tabs.rows).toEqual([{ line: 5, cells: ['1', '2'] }]);
  });

  it('may end without a line end, and with old line ends', async () => {
    expect(await cellsOf('a;b\r1;2\r3;4')).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  it('keeps empty cells, also at the end', async () => {
    expect(await cellsOf('a;b;c\n;x;\n')).toEqual([['', 'x', '']]);
  });

  it('is refused where it cannot be read', async () => {
    expect(await codeOf('')).toBe('csv.empty');
    expect(await codeOf(' \n\n')).toBe('csv.empty');
    expect(await codeOf('a;b\n"open;2\n3;4')).toBe('csv.quote');
    expect(await codeOf('a;b\n"x"y;2')).toBe('csv.quote');
    expect(await codeOf('a;b\nx"y";2')).toBe('csv.quote');
    expect(await codeOf('a\n1\n2\n3', 2)).toBe('csv.tooManyRows');
    expect(await codeOf('a\n1\n2', 2)).toBeNull();
    expect(await codeOf('a;b\n1;\u0000')).toBe('csv.binary');
  });

  it('is refused where a row is no row of a table, whatever it would cost to read it', async () => {
    expect(await codeOf(`a${';b'.repeat(1_000)}\n1`)).toBe('csv.tooManyColumns');
    expect(await codeOf(`a;b\n1;2${';'.repeat(1_000_000)}`)).toBe('csv.tooManyColumns');
    expect(await codeOf(`a;b\n"${'x\n'.repeat(1_000_000)}`)).toBe('csv.rowTooLong');
  });

  it('leaves turns to others while it is read', async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => `L-${index};Leuchte ${index};8,9;50,1`);
    let turns = 0;
    let isReading = true;
    const count = () => {
      turns++;
      if (isReading) setImmediate(count);
    };
    setImmediate(count);
    expect(await readCsv(`id;name;lon;lat\n${rows.join('\n')}`, 20_000)).toMatchObject({ ok: true });
    isReading = false;
    expect(turns).toBeGreaterThan(5);
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

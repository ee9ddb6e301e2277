import { ok, type Result } from '@stadtfunk/kernel';
import { describe, expect, it } from 'vitest';
import { type CsvTable, readCsv } from './csv.ts';
import { type Encoding, encodingOf, readNumber, textOf } from './csv-text.ts';

/** What there is of a file, whatever its portions. */
const read = async (text: string, mostRows = 1_000, portion = 2): Promise<Result<CsvTable>> => {
  const [portions, pieces] = [[] as CsvTable[], textOf(Buffer.from(text), 'utf-8')];
  for await (const each of readCsv(pieces, { mostRows, portion })) {
    if (!each.ok) return each;
    portions.push(each.value);
  }
  return ok({ ...portions[0]!, rows: portions.flatMap(({ rows }) => rows) });
};
const table = async (text: string) => {
  const whole = await read(text);
  if (!whole.ok) throw new Error(whole.error.code);
  return whole.value;
};
const cellsOf = async (text: string) => (await table(text)).rows.map(({ cells }) => cells);
const codeOf = async (text: string, mostRows = 9) => {
  const whole = await read(text, mostRows);
  return whole.ok ? null : whole.error.code;
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

  it('is given some rows at a time, a table without rows as a portion without any', async () => {
    const sizes = async (text: string) => {
      const found: number[] = [];
      for await (const portion of readCsv([text], { mostRows: 9, portion: 2 })) {
        found.push(portion.ok ? portion.value.rows.length : -1);
      }
      return found;
    };
    expect(await sizes('a\n1\n2\n3')).toEqual([2, 1]);
    expect(await sizes('a\n1\n2\n')).toEqual([2]);
    expect(await sizes('a\n')).toEqual([0]);
    expect((await sizes('a\n1\n2\n"3')).at(-1)).toBe(-1);
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
    expect(await read(`id;name;lon;lat\n${rows.join('\n')}`, 20_000, 500)).toMatchObject({ ok: true });
    isReading = false;
    expect(turns).toBeGreaterThan(5);
  });
});

describe('The text of a file', () => {
  const readText = async (bytes: Uint8Array) => {
    const encoding: Encoding = await encodingOf(bytes);
    return { text: [...textOf(bytes, encoding)].join(''), encoding };
  };

  it('is UTF-8, Windows-1252 or UTF-16', async () => {
    const utf8 = new TextEncoder().encode('Straße');
    expect(await readText(utf8)).toEqual({ text: 'Straße', encoding: 'utf-8' });
    expect(await readText(Uint8Array.of(0xef, 0xbb, 0xbf, ...utf8))).toEqual({ text: 'Straße', encoding: 'utf-8' });
    const ansi = Uint8Array.from(Buffer.from('Straße \u0080', 'latin1'));
    expect(await readText(ansi)).toEqual({ text: 'Straße €', encoding: 'windows-1252' });
    const wide = Buffer.from('\ufeffStraße', 'utf16le');
    expect(await readText(wide)).toEqual({ text: 'Straße', encoding: 'utf-16le' });
    expect(await readText(wide.swap16())).toEqual({ text: 'Straße', encoding: 'utf-16be' });
  });

  it('is the same however it falls into pieces', async () => {
    // 65,536 bytes are one piece: letters of two bytes and line ends of two characters lie across the borders.
    const lines = `x${'ä\r\n'.repeat(40_000)}`;
    const text = lines.replaceAll('\r\n', '\n');
    expect(await readText(Buffer.from(lines))).toEqual({ text, encoding: 'utf-8' });
    expect(await readText(Buffer.from(lines, 'latin1'))).toEqual({ text, encoding: 'windows-1252' });
    expect(await readText(Buffer.from(`\ufeff${lines}`, 'utf16le'))).toEqual({ text, encoding: 'utf-16le' });
    expect(await readText(Uint8Array.of(...Buffer.from('x'), 0xc3))).toEqual({ text: 'xÃ', encoding: 'windows-1252' });
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

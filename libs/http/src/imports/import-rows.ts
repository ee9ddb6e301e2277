import { wordsOf } from '@stadtfunk/devices';
import { type Column, COLUMNS, columnsOf, GERMAN_VALUES, type ImportKind } from './columns.ts';
import type { CsvRow } from './csv.ts';
import { readNumber } from './csv-text.ts';

export interface RowError {
  /** As it is called in the file; null: it is about the whole row. */
  readonly column: string | null;
  readonly code: string;
  readonly message: string;
}

/** A row of a file as what its cells say. */
export interface ImportRow {
  readonly line: number;
  /** By field; what is empty in the file is absent. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly errors: readonly RowError[];
}

/** Reads rows by the columns of the header of their file. */
export class RowReader {
  /** What is wrong with the header: then no row can be read. */
  readonly errors: readonly RowError[];
  readonly shown: readonly { readonly header: string; readonly field: string | null }[];
  readonly #columns: readonly (Column | undefined)[];

  constructor(
    kind: ImportKind,
    private readonly header: readonly string[],
  ) {
    this.#columns = columnsOf(kind, header);
    this.shown = header.map((name, index) => {
      return { header: name.slice(0, 100), field: this.#columns[index]?.field ?? null };
    });
    this.errors = headerErrors(
      this.#columns,
      header,
      COLUMNS[kind].filter(({ isNeeded }) => isNeeded),
    );
  }

  has(field: string): boolean {
    return this.#columns.some((column) => column?.field === field);
  }

  read(rows: readonly CsvRow[]): readonly ImportRow[] {
    if (this.errors.length > 0) return [];
    return rows.map(({ line, cells }) => readRow(line, cells, this.#columns, this.header));
  }
}

function headerErrors(
  columns: readonly (Column | undefined)[],
  header: readonly string[],
  needed: readonly Column[],
): RowError[] {
  const missing = needed.filter((column) => !columns.includes(column));
  const twice = columns.flatMap((column, index) => {
    return column && columns.indexOf(column) !== index ? [header[index] ?? ''] : [];
  });
  return [
    ...missing.map(({ field, names }) => {
      const message = `there is no column '${field}' (or ${names.map((name) => `'${name}'`).join(', ')})`;
      return { column: field, code: 'column.missing', message };
    }),
    ...twice.map((column) => ({
      column,
      code: 'column.twice',
      message: `another column means the same as '${column}'`,
    })),
  ];
}

function readRow(
  line: number,
  cells: readonly string[],
  columns: readonly (Column | undefined)[],
  header: readonly string[],
): ImportRow {
  const values: Record<string, unknown> = {};
  const errors: RowError[] = [];
  if (cells.slice(columns.length).some((cell) => cell !== '')) {
    const message = `the row has ${cells.length} cells, the header ${columns.length}`;
    errors.push({ column: null, code: 'row.tooLong', message });
  }
  columns.forEach((column, index) => {
    const cell = cells[index] ?? '';
    if (!column || cell === '') return;
    const value = valueOf(column, cell);
    if (value !== undefined) values[column.field] = value;
    else
      errors.push({
        column: header[index] ?? '',
        code: 'cell.notNumber',
        message: `'${cell.slice(0, 50)}' is no number`,
      });
  });
  return { line, values, errors };
}

function valueOf({ field, kind }: Column, cell: string): unknown {
  if (kind === 'number') return readNumber(cell);
  if (kind === 'list') {
    return cell
      .split(/[|,]/)
      .map((word) => word.trim())
      .filter((word) => word !== '');
  }
  const german = GERMAN_VALUES[field];
  return (german && Object.hasOwn(german, wordsOf(cell).join(' ')) && german[wordsOf(cell).join(' ')]) || cell;
}

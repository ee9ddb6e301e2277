import { wordsOf } from '@stadtfunk/devices';
import { type Column, columnsOf, GERMAN_VALUES, type ImportKind } from './columns.ts';
import type { CsvTable } from './csv.ts';
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

export interface ImportTable {
  readonly columns: readonly { readonly header: string; readonly field: string | null }[];
  readonly rows: readonly ImportRow[];
  /** What is wrong with the header: then there are no rows. */
  readonly errors: readonly RowError[];
}

/** The rows of a table by the columns of its header. */
export function readRows(kind: ImportKind, { header, rows }: CsvTable, needed: readonly Column[]): ImportTable {
  const columns = columnsOf(kind, header);
  const shown = header.map((name, index) => ({ header: name.slice(0, 100), field: columns[index]?.field ?? null }));
  const errors = headerErrors(columns, header, needed);
  if (errors.length > 0) return { columns: shown, rows: [], errors };
  return { columns: shown, rows: rows.map(({ line, cells }) => readRow(line, cells, columns, header)), errors };
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

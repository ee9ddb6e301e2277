import { type KeyboardEvent, type ReactElement, type ReactNode, useMemo, useRef } from 'react';
import { fill, useTexts } from '../i18n/texts.ts';
import { Icon } from './icons.tsx';
import { UI_TEXTS } from './texts.ts';
import type { Sort } from './url-state.ts';
import { useWindowedRows } from './windowed-rows.ts';

export interface Column<Row> {
  /** Also the word in the address: `?sort=-raisedAt`. */
  readonly id: string;
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Ascending. Without it the table cannot be sorted by this column. */
  readonly compare?: (one: Row, other: Row) => number;
  readonly isNumeric?: boolean;
  /** Left out where the screen is narrow: say it in another cell, or let it go. */
  readonly hideOnPhone?: boolean;
  /** CSS class of head and cells, for widths. */
  readonly className?: string;
}

export interface DataTableProps<Row> {
  /** What the table shows, for screen readers. */
  readonly caption: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowId: (row: Row) => string;
  /** How a row is named in the label of its check box. */
  readonly rowName?: (row: Row) => string;
  readonly sort?: Sort;
  /** Without it the head sorts nothing. */
  readonly onSort?: (sort: Sort) => void;
  readonly selection?: ReadonlySet<string>;
  /** With it every row has a check box. */
  readonly onSelection?: (selection: ReadonlySet<string>) => void;
  /** The row that is shown beside the table. */
  readonly activeId?: string | null;
  readonly rowClass?: (row: Row) => string;
  /** All rows have one height, so that of thousands only those in sight are drawn. Give the table a height by CSS. */
  readonly isLong?: boolean;
  /** Instead of rows when there are none. */
  readonly empty?: ReactNode;
}

/** Px, as in the style sheet. */
const ROW_HEIGHT = 44;

/**
 * A real table: sortable, with a head that stays, rows that can be chosen. Arrow keys, Home and End go from row to row in
 * the same column of links, buttons and check boxes.
 */
export function DataTable<Row>(props: DataTableProps<Row>): ReactElement {
  const { caption, rows, columns, sort, isLong = false, empty } = props;
  const t = useTexts(UI_TEXTS);
  const scroller = useRef<HTMLDivElement>(null);
  const sorted = useMemo(() => sortRows(rows, columns, sort), [rows, columns, sort]);
  const shown = useWindowedRows(scroller, sorted.length, ROW_HEIGHT, isLong);
  if (rows.length === 0 && empty !== undefined) return <>{empty}</>;
  return (
    // Scrolled by keyboard too, so it can have the focus.
    <div
      className={`table-scroll ${isLong ? 'table-scroll--long' : ''}`}
      ref={scroller}
      tabIndex={0}
      role="region"
      aria-label={caption}
    >
      <table className="kern-table kern-table--small table" aria-rowcount={isLong ? sorted.length + 1 : undefined}>
        <caption className="kern-sr-only">
          {caption}, {fill(t.rows, { n: sorted.length })}
        </caption>
        <Head {...props} rows={sorted} />
        <tbody className="kern-table__body" onKeyDown={moveBetweenRows}>
          {shown.above > 0 && <Gap height={shown.above} />}
          {sorted.slice(shown.from, shown.to).map((row, index) => (
            <TableRow key={props.rowId(row)} {...props} row={row} index={shown.from + index} />
          ))}
          {shown.below > 0 && <Gap height={shown.below} />}
        </tbody>
      </table>
    </div>
  );
}

function sortRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sort: Sort | undefined): readonly Row[] {
  const compare = columns.find(({ id }) => id === sort?.column)?.compare;
  if (!sort || !compare) return rows;
  return rows.toSorted(sort.descending ? (one, other) => compare(other, one) : compare);
}

function Head<Row>({ rows, columns, rowId, sort, onSort, selection, onSelection }: DataTableProps<Row>): ReactElement {
  const t = useTexts(UI_TEXTS);
  const isAll = rows.length > 0 && rows.every((row) => selection?.has(rowId(row)));
  const isSome = !isAll && (selection?.size ?? 0) > 0;
  return (
    <thead className="kern-table__head">
      <tr className="kern-table__row">
        {onSelection && (
          <th scope="col" className="kern-table__header table__check">
            <input
              type="checkbox"
              className="check"
              aria-label={t.selectAll}
              checked={isAll}
              ref={(box) => {
                if (box) box.indeterminate = isSome;
              }}
              onChange={() => onSelection(new Set(isAll ? [] : rows.map(rowId)))}
            />
          </th>
        )}
        {columns.map((column) => {
          const isSorted = sort?.column === column.id;
          const canSort = column.compare !== undefined && onSort !== undefined;
          const order = isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none';
          return (
            <th
              key={column.id}
              scope="col"
              className={`kern-table__header ${classOf(column)}`}
              aria-sort={canSort ? order : undefined}
            >
              {canSort ? (
                <button
                  type="button"
                  className="table__sort"
                  title={fill(t.sortable, { name: column.title })}
                  onClick={() => onSort({ column: column.id, descending: isSorted && !sort.descending })}
                >
                  {column.title}
                  {isSorted && <Icon name={sort.descending ? 'arrowDown' : 'arrowUp'} />}
                </button>
              ) : (
                column.title
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function TableRow<Row>({
  row,
  index,
  columns,
  rowId,
  rowName,
  selection,
  onSelection,
  activeId,
  rowClass,
  isLong,
}: DataTableProps<Row> & { readonly row: Row; readonly index: number }): ReactElement {
  const t = useTexts(UI_TEXTS);
  const id = rowId(row);
  const isSelected = selection?.has(id) === true;
  const isActive = activeId === id;
  const toggle = () => {
    const next = new Set(selection);
    if (!next.delete(id)) next.add(id);
    onSelection?.(next);
  };
  const classes = ['kern-table__row', isSelected && 'is-selected', isActive && 'is-active', rowClass?.(row)];
  return (
    <tr
      className={classes.filter(Boolean).join(' ')}
      aria-rowindex={isLong ? index + 2 : undefined}
      aria-selected={onSelection ? isSelected : undefined}
      aria-current={isActive ? 'true' : undefined}
    >
      {onSelection && (
        <td className="kern-table__cell table__check">
          <input
            type="checkbox"
            className="check"
            aria-label={fill(t.select, { name: rowName?.(row) ?? id })}
            checked={isSelected}
            onChange={toggle}
          />
        </td>
      )}
      {columns.map((column) => (
        <td key={column.id} className={`kern-table__cell ${classOf(column)}`}>
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

/** One cell only: where columns are hidden, one that spans them would bring them back. */
function Gap({ height }: { readonly height: number }): ReactElement {
  return (
    <tr aria-hidden="true" className="table__gap">
      <td style={{ height }} />
    </tr>
  );
}

function classOf({ isNumeric, hideOnPhone, className }: Column<never>): string {
  return [isNumeric && 'kern-table__cell--numeric', hideOnPhone && 'hide-on-phone', className]
    .filter(Boolean)
    .join(' ');
}

const FOCUSABLE = 'a[href], button, input, select';

function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  const target = event.target as HTMLElement;
  const row = target.closest('tr');
  if (!row || target instanceof HTMLSelectElement) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('tr:not(.table__gap)')];
  const at = rows.indexOf(row);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  const next = to === undefined ? undefined : rows[to];
  if (!next) return;
  const place = [...row.querySelectorAll(FOCUSABLE)].indexOf(target);
  const candidates = next.querySelectorAll<HTMLElement>(FOCUSABLE);
  const found = candidates[Math.min(Math.max(place, 0), candidates.length - 1)];
  if (!found) return;
  event.preventDefault();
  found.focus();
}

import {
  type KeyboardEvent,
  memo,
  type ReactElement,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useRef,
} from 'react';
import { fill, useTexts } from '../i18n/texts.ts';
import { Icon } from './icons.tsx';
import { UI_TEXTS } from './texts.ts';
import type { Sort } from './url-state.ts';
import { useWindowedRows, type WindowedRows } from './windowed-rows.ts';

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
  const { caption, rows, columns, rowId, rowName, rowClass, sort, activeId, isLong = false, empty } = props;
  const { selection, onSelection } = props;
  const t = useTexts(UI_TEXTS);
  const scroller = useRef<HTMLDivElement>(null);
  const compare = columns.find(({ id }) => id === sort?.column)?.compare;
  const isDescending = sort?.descending === true;
  const sorted = useMemo(() => sortRows(rows, compare, isDescending), [rows, compare, isDescending]);
  const shown = useWindowedRows(scroller, sorted.length, ROW_HEIGHT, isLong);
  const latest = useRef({ selection, onSelection });
  useEffect(() => {
    latest.current = { selection, onSelection };
  });
  const toggle = useCallback((id: string) => {
    const next = new Set(latest.current.selection);
    if (!next.delete(id)) next.add(id);
    latest.current.onSelection?.(next);
  }, []);
  const { body, onKeyDown } = useRowKeys(scroller, shown);
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
        <tbody className="kern-table__body" ref={body} onKeyDown={onKeyDown}>
          {shown.above > 0 && <Gap height={shown.above} />}
          {sorted.slice(shown.from, shown.to).map((row, index) => {
            const id = rowId(row);
            return (
              <KeptRow<Row>
                key={id}
                id={id}
                row={row}
                index={isLong ? shown.from + index : undefined}
                columns={columns}
                className={rowClass?.(row) ?? ''}
                isActive={activeId === id}
                checkName={onSelection && (rowName?.(row) ?? id)}
                isChecked={selection?.has(id) === true}
                onToggle={toggle}
              />
            );
          })}
          {shown.below > 0 && <Gap height={shown.below} />}
        </tbody>
      </table>
    </div>
  );
}

function sortRows<Row>(rows: readonly Row[], compare: Column<Row>['compare'], isDescending: boolean): readonly Row[] {
  if (!compare) return rows;
  return rows.toSorted(isDescending ? (one, other) => compare(other, one) : compare);
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

interface RowProps<Row> {
  readonly id: string;
  readonly row: Row;
  /** Among all rows, where not all are drawn. */
  readonly index: number | undefined;
  readonly columns: readonly Column<Row>[];
  readonly className: string;
  readonly isActive: boolean;
  readonly checkName: string | undefined;
  readonly isChecked: boolean;
  readonly onToggle: (id: string) => void;
}

function TableRow<Row>({
  id,
  row,
  index,
  columns,
  className,
  isActive,
  checkName,
  isChecked,
  onToggle,
}: RowProps<Row>): ReactElement {
  const t = useTexts(UI_TEXTS);
  const classes = ['kern-table__row', isChecked && 'is-selected', isActive && 'is-active', className];
  return (
    <tr
      className={classes.filter(Boolean).join(' ')}
      aria-rowindex={index === undefined ? undefined : index + 2}
      aria-selected={checkName === undefined ? undefined : isChecked}
      aria-current={isActive ? 'true' : undefined}
    >
      {checkName !== undefined && (
        <td className="kern-table__cell table__check">
          <input
            type="checkbox"
            className="check"
            aria-label={fill(t.select, { name: checkName })}
            checked={isChecked}
            onChange={() => onToggle(id)}
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

/** Drawn again only when something about it is different; which it is for few of many when one is chosen or something happens. */
const KeptRow = memo(TableRow) as typeof TableRow;

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

const rowsIn = (body: HTMLElement) => [...body.querySelectorAll<HTMLElement>('tr:not(.table__gap)')];

/** Focuses what stands in a row at this place, or at its last. */
function focusIn(row: HTMLElement | undefined, place: number): boolean {
  const candidates = row?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [];
  const found = candidates[Math.min(Math.max(place, 0), candidates.length - 1)];
  found?.focus();
  return found !== undefined;
}

/** Arrow keys, Home and End; the first and the last row may have to be drawn first. */
function useRowKeys(scroller: RefObject<HTMLElement | null>, { above, below }: WindowedRows) {
  const body = useRef<HTMLTableSectionElement>(null);
  const wanted = useRef<{ readonly isEnd: boolean; readonly place: number } | null>(null);
  useEffect(() => {
    if (!wanted.current || !body.current) return;
    const { isEnd, place } = wanted.current;
    if ((isEnd ? below : above) > 0) return;
    wanted.current = null;
    focusIn(rowsIn(body.current).at(isEnd ? -1 : 0), place);
  }, [above, below]);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const target = event.target as HTMLElement;
    const row = target.closest('tr');
    if (!row || target instanceof HTMLSelectElement) return;
    const rows = rowsIn(event.currentTarget);
    const at = rows.indexOf(row);
    const place = [...row.querySelectorAll(FOCUSABLE)].indexOf(target);
    const isEnd = event.key === 'End';
    if ((isEnd && below > 0) || (event.key === 'Home' && above > 0)) {
      wanted.current = { isEnd, place };
      scroller.current?.scrollTo({ top: isEnd ? scroller.current.scrollHeight : 0 });
      event.preventDefault();
      return;
    }
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined && to >= 0 && focusIn(rows[to], place)) event.preventDefault();
  };
  return { body, onKeyDown };
}

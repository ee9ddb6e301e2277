/** One measured value. Times are UTC ms. */
export interface ChartPoint {
  readonly at: number;
  /** null: it is known that there is none, which is a gap. */
  readonly value: number | boolean | null;
  readonly mark?: PointMark | null;
}

/** `late`: it came long after it was measured; `doubtful`: the clock or the value is suspicious. */
export const POINT_MARKS = ['late', 'doubtful'] as const;
export type PointMark = (typeof POINT_MARKS)[number];

export interface ChartSeries {
  readonly id: string;
  readonly label: string;
  /** Oldest first. */
  readonly points: readonly ChartPoint[];
  /** Between two points further apart than this nothing is known, and no line is drawn. Absent: all are joined. */
  readonly gapMs?: number;
}

/** What a reading says of itself, as the API gives it. */
export interface ReadingMarks {
  readonly observedAt: string;
  readonly receivedAt: string | null;
  readonly clock: string | null;
  readonly quality: number | null;
}

/** Longer than that on its way is worth saying: a sensor that was out of reach, or one that sends history. */
const LATE_MS = 3_600_000;
/** uCIFI 6042: accepted. */
const ACCEPTED = 4;

/** How a reading is to be marked; null: there is nothing to say. Doubt says more than lateness. */
export function markOf({ observedAt, receivedAt, clock, quality }: ReadingMarks): PointMark | null {
  if ((clock !== null && clock !== 'ok') || (quality !== null && quality < ACCEPTED)) return 'doubtful';
  const late = receivedAt !== null && Date.parse(receivedAt) - Date.parse(observedAt) > LATE_MS;
  return late ? 'late' : null;
}

/**
 * Quantities of unit 1 that people read as percent.
 * @param quantity a canonical name, such as `fillingLevel`
 */
export function isShare(quantity: string): boolean {
  return ['fillingLevel', 'batteryLevel', 'illuminanceLevel'].includes(quantity);
}

const UNITS: Readonly<Record<string, string>> = {
  '1': '',
  Cel: '°C',
  deg: '°',
  'W.h': 'Wh',
  'dB[mW]': 'dBm',
  '{count}': '',
};

/** A UCUM unit as people write it. */
export function unitText(ucum: string): string {
  return UNITS[ucum] ?? ucum;
}

export interface JoinedSeries {
  /** Seconds since 1970, ascending, each once. */
  readonly times: readonly number[];
  /** By series: undefined: this series says nothing then, its line goes on; null: a gap. */
  readonly values: readonly (readonly (number | null | undefined)[])[];
}

/** Several series over one axis of time, with gaps where nothing is known. */
export function joinSeries(series: readonly ChartSeries[]): JoinedSeries {
  const withGaps = series.map(({ points, gapMs }) => gapped(points, gapMs));
  const times = [...new Set(withGaps.flatMap((points) => points.map(([at]) => at)))].sort((a, b) => a - b);
  const places = new Map(times.map((at, index) => [at, index]));
  const values = withGaps.map((points) => {
    const row = new Array<number | null | undefined>(times.length).fill(undefined);
    for (const [at, value] of points) row[places.get(at)!] = value;
    return row;
  });
  return { times: times.map((at) => at / 1000), values };
}

function gapped(points: readonly ChartPoint[], gapMs: number | undefined): (readonly [number, number | null])[] {
  return points.flatMap(({ at, value }, index): (readonly [number, number | null])[] => {
    const before = points[index - 1]?.at;
    const point = [at, value === null ? null : Number(value)] as const;
    const isGap = gapMs !== undefined && before !== undefined && at - before > gapMs;
    return isGap ? [[Math.round((before + at) / 2), null], point] : [point];
  });
}

export interface TableRow {
  readonly at: number;
  readonly values: readonly (ChartPoint | undefined)[];
}

/** The same values as rows, oldest first, of those between two moments. */
export function tableOf(series: readonly ChartSeries[], from: number, to: number): TableRow[] {
  const rows = new Map<number, (ChartPoint | undefined)[]>();
  series.forEach(({ points }, index) => {
    for (const point of points) {
      if (point.at < from || point.at > to) continue;
      const row = rows.get(point.at) ?? new Array<ChartPoint | undefined>(series.length).fill(undefined);
      row[index] = point;
      rows.set(point.at, row);
    }
  });
  return [...rows].sort(([a], [b]) => a - b).map(([at, values]) => ({ at, values }));
}

/** Separators that the spreadsheets of a country expect. */
export interface CsvForm {
  readonly separator: ',' | ';';
  readonly decimal: '.' | ',';
}

/** CSV (RFC 4180) with a byte order mark, so that spreadsheets read umlauts; times in UTC. */
export function csvOf(
  series: readonly ChartSeries[],
  heads: { readonly time: string; readonly mark: string; readonly marks: Readonly<Record<PointMark, string>> },
  { separator, decimal }: CsvForm,
): string {
  const head = [heads.time, ...series.flatMap(({ label }) => [label, `${label}: ${heads.mark}`])];
  const rows = tableOf(series, -Infinity, Infinity).map(({ at, values }) => [
    new Date(at).toISOString(),
    ...values.flatMap((point) => [number(point?.value, decimal), point?.mark ? heads.marks[point.mark] : '']),
  ]);
  const lines = [head.map(safeText), ...rows].map((cells) =>
    cells.map((cell) => quoted(cell, separator)).join(separator),
  );
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

function number(value: number | boolean | null | undefined, decimal: string): string {
  return value === null || value === undefined ? '' : String(Number(value)).replace('.', decimal);
}

/** A text that a spreadsheet would take for a formula is kept from being one. */
function safeText(text: string): string {
  return /^[=+\-@\t]/.test(text) ? `'${text}` : text;
}

function quoted(cell: string, separator: string): string {
  return cell.includes(separator) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Never closer than this, so that a click too much shows no empty minute. */
const CLOSEST_MS = 10 * 60_000;

/** Closer to the middle, or to `around`, by a factor below 1; further away above. Never beyond `whole`. */
export function zoomed({ from, to }: TimeRange, factor: number, whole: TimeRange, around = (from + to) / 2): TimeRange {
  const length = Math.max((to - from) * factor, Math.min(CLOSEST_MS, whole.to - whole.from));
  const share = (around - from) / (to - from);
  return inside({ from: around - share * length, to: around + (1 - share) * length }, whole);
}

/** Moved by a share of its length. */
export function panned({ from, to }: TimeRange, share: number, whole: TimeRange): TimeRange {
  const by = (to - from) * share;
  return inside({ from: from + by, to: to + by }, whole);
}

function inside({ from, to }: TimeRange, whole: TimeRange): TimeRange {
  const length = Math.min(to - from, whole.to - whole.from);
  const start = Math.min(Math.max(from, whole.from), whole.to - length);
  return { from: start, to: start + length };
}

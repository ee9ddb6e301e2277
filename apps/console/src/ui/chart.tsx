import { type KeyboardEvent, type ReactElement, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useFormats } from '../i18n/formats.ts';
import { useLanguage } from '../i18n/language.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { useConsoleSettings } from '../shell/console-settings.ts';
import { useIsDark } from '../shell/theme.ts';
import { Button } from './button.tsx';
import {
  type ChartPoint,
  type ChartSeries,
  csvOf,
  joinSeries,
  panned,
  POINT_MARKS,
  type PointMark,
  tableOf,
  type TimeRange,
  zoomed,
} from './chart-data.ts';
import type { Plot, PlotContent } from './chart-plot.ts';
import { CHART_TEXTS } from './chart-texts.ts';
import { DataTable } from './data-table.tsx';
import './chart.css';

export { type ChartPoint, type ChartSeries, isShare, markOf, type PointMark, unitText } from './chart-data.ts';

/** A limit, drawn as a labelled line across the chart. */
export interface ChartThreshold {
  /** In the unit of the values. */
  readonly value: number;
  readonly label: string;
  readonly kind: 'raises' | 'worsens' | 'clears';
}

/** Something that happened, drawn as a flag. */
export interface ChartEvent {
  /** UTC ms. */
  readonly at: number;
  readonly label: string;
}

/**
 * Time series of one unit, as a chart and as a table of the same values.
 *
 * ```tsx
 * <Chart
 *   title="Füllstand"                         // what it shows; names the chart, the table and the CSV file
 *   unit="%"                                  // as people write it (`unitText(ucum)`); '' for none
 *   display="percent"                         // 'number' (usual), 'percent' (values 0..1: `isShare(quantity)`), 'flag' (true and false)
 *   series={[{ id, label, points, gapMs }]}   // up to four; points oldest first: { at: UTC ms, value, mark: markOf(reading) }
 *   thresholds={[{ value: 0.85, label: 'voll ab 85 %', kind: 'raises' }]}
 *   events={[{ at, label: 'Alarm' }]}
 *   from={ms} to={ms}                         // the whole time that is shown
 *   isCut                                     // says that readings at the end are missing
 *   onRange={({ from, to }) => …}             // the section that was chosen, for who loads it in more detail
 * />
 * ```
 * Gaps longer than `gapMs` (three reporting intervals are a good choice) are not joined. Zoom with the mouse, the buttons, or the keyboard.
 * Times are in the zone of the installation. uPlot is loaded when the first chart is drawn.
 */
export interface ChartProps {
  readonly title: string;
  readonly unit: string;
  readonly display?: 'number' | 'percent' | 'flag';
  readonly series: readonly ChartSeries[];
  readonly thresholds?: readonly ChartThreshold[];
  readonly events?: readonly ChartEvent[];
  readonly from: number;
  readonly to: number;
  readonly isCut?: boolean;
  readonly onRange?: (range: TimeRange) => void;
  /** Instead of a plot without a single point. */
  readonly empty?: string;
}

const NOTHING: readonly never[] = [];
const ZOOM = 0.5;
const PAN = 0.5;

export function Chart(props: ChartProps): ReactElement {
  const { title, unit, series, thresholds = NOTHING, events = NOTHING, from, to, isCut = false, onRange } = props;
  const t = useTexts(CHART_TEXTS);
  const formats = useFormats();
  const whole = useMemo(() => ({ from, to }), [from, to]);
  const [range, setRange] = useState<TimeRange>(whole);
  const [known, setKnown] = useState(whole);
  const [pointed, setPointed] = useState<number | null>(null);
  const [isTable, setTable] = useState(false);
  const [isBroken, setBroken] = useState(false);
  const helpId = useId();
  if (known !== whole) {
    // The end moves on with the time; a section that was chosen stays.
    const wasWhole = range.from === known.from && range.to === known.to;
    setKnown(whole);
    if (wasWhole) setRange(whole);
  }
  const joined = useMemo(() => joinSeries(series), [series]);
  const valueText = useValueText(props);
  const show = (next: TimeRange) => {
    setRange(next);
    onRange?.(next);
  };
  const isEmpty = series.every(({ points }) => points.length === 0);
  const iso = (at: number) => new Date(at).toISOString();
  const showsTable = isTable || isBroken;
  const rows = showsTable ? tableOf(series, range.from, range.to) : [];
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (side !== undefined && event.shiftKey) show(panned(range, side * PAN, whole));
    else if (side !== undefined) setPointed(nextPoint(joined.times, joined.values, pointed, side, range));
    else if (event.key === '+') show(zoomed(range, ZOOM, whole));
    else if (event.key === '-') show(zoomed(range, 1 / ZOOM, whole));
    else if (event.key === '0' || event.key === 'Home') show(whole);
    else if (event.key === 'Escape') setPointed(null);
    else return;
    event.preventDefault();
  };
  const isWhole = range.from === whole.from && range.to === whole.to;
  return (
    <figure className="chart" aria-label={title}>
      <figcaption className="chart__head">
        <span className="chart__title">
          {title}
          {unit !== '' && <span className="muted"> [{unit}]</span>}
        </span>
        <span className="chart__tools">
          {!showsTable && (
            <>
              <Button kind="tertiary" onClick={() => show(panned(range, -PAN, whole))} aria-disabled={isWhole}>
                {t.earlier}
              </Button>
              <Button kind="tertiary" onClick={() => show(panned(range, PAN, whole))} aria-disabled={isWhole}>
                {t.later}
              </Button>
              <Button kind="tertiary" onClick={() => show(zoomed(range, ZOOM, whole))}>
                {t.zoomIn}
              </Button>
              <Button kind="tertiary" onClick={() => show(zoomed(range, 1 / ZOOM, whole))} aria-disabled={isWhole}>
                {t.zoomOut}
              </Button>
              <Button kind="tertiary" onClick={() => show(whole)} aria-disabled={isWhole}>
                {t.whole}
              </Button>
            </>
          )}
          {!isBroken && (
            <Button kind="tertiary" onClick={() => setTable(!isTable)} aria-pressed={isTable}>
              {isTable ? t.chart : t.table}
            </Button>
          )}
          <CsvButton {...props} />
        </span>
      </figcaption>
      {isBroken && <p role="status">{t.failed}</p>}
      {isEmpty ? (
        <p className="chart__empty">{props.empty ?? t.none}</p>
      ) : showsTable ? (
        <DataTable
          caption={title}
          rows={rows}
          rowId={({ at }) => String(at)}
          isLong
          empty={<p className="chart__empty">{t.noneInSection}</p>}
          columns={[
            { id: 'time', title: t.time, cell: ({ at }) => <time dateTime={iso(at)}>{formats.exact(iso(at))}</time> },
            ...series.map(({ id, label }, index) => ({
              id,
              title: label,
              isNumeric: true,
              cell: ({ values }: (typeof rows)[number]) => <Cell point={values[index]} valueText={valueText} />,
            })),
          ]}
        />
      ) : (
        <>
          <div
            className="chart__plot"
            role="group"
            tabIndex={0}
            aria-label={title}
            aria-describedby={helpId}
            onKeyDown={onKeyDown}
          >
            <Canvas
              {...props}
              joined={joined}
              range={range}
              pointed={pointed}
              onRange={(chosen) => show(chosen ?? whole)}
              onPoint={setPointed}
              onBroken={() => setBroken(true)}
            />
          </div>
          <p className="chart__point" role="status">
            {pointed === null ? (
              <span className="muted">
                {fill(t.section, { from: formats.exact(iso(range.from)), to: formats.exact(iso(range.to)) })}
              </span>
            ) : (
              pointText(joined, series, pointed, valueText, (at) => formats.exact(iso(at)), t)
            )}
          </p>
        </>
      )}
      <Legend series={series} thresholds={thresholds} events={events} />
      {isCut && <p className="muted">{t.isCut}</p>}
      <p className="kern-sr-only" id={helpId}>
        {t.keys}
      </p>
    </figure>
  );
}

type Joined = ReturnType<typeof joinSeries>;

function Canvas({
  joined,
  series,
  display = 'number',
  thresholds = NOTHING,
  events = NOTHING,
  range,
  pointed,
  onRange,
  onPoint,
  onBroken,
  ...rest
}: Omit<ChartProps, 'onRange'> & {
  readonly joined: Joined;
  readonly range: TimeRange;
  readonly pointed: number | null;
  readonly onRange: (range: TimeRange | null) => void;
  readonly onPoint: (index: number | null) => void;
  readonly onBroken: () => void;
}): ReactElement {
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const isDark = useIsDark();
  const { zone } = useConsoleSettings();
  const language = useLanguage();
  const valueText = useValueText({ unit: rest.unit, display });
  const handlers = useRef({ onRange, onPoint, onBroken, range });
  useEffect(() => {
    handlers.current = { onRange, onPoint, onBroken, range };
  });
  useEffect(() => {
    const place = element.current;
    if (!place) return;
    let isGone = false;
    const content: PlotContent = {
      data: [[...joined.times], ...joined.values.map((values) => [...values])],
      labels: series.map(({ label }) => label),
      marks: marksOf(series, joined),
      isFlag: display === 'flag',
      valueRange: display === 'percent' ? [0, 1] : null,
      thresholds,
      events,
      zone,
      locale: language === 'de' ? 'de-DE' : 'en-GB',
      valueText,
    };
    import('./chart-plot.ts').then(
      ({ Plot: LoadedPlot }) => {
        if (isGone) return;
        plot.current = new LoadedPlot(place, content, handlers.current.range, {
          onRange: (chosen) => handlers.current.onRange(chosen),
          onPoint: (index) => handlers.current.onPoint(index),
        });
      },
      () => !isGone && handlers.current.onBroken(),
    );
    return () => {
      isGone = true;
      plot.current?.destroy();
      plot.current = null;
    };
  }, [joined, series, display, thresholds, events, zone, language, valueText, isDark]);
  useEffect(() => plot.current?.show(range), [range]);
  useEffect(() => {
    plot.current?.point(pointed);
  }, [pointed]);
  return <div className="chart__canvas" ref={element} aria-hidden="true" />;
}

function marksOf(series: readonly ChartSeries[], { times }: Joined): ReadonlyMap<number, PointMark>[] {
  const places = new Map(times.map((seconds, index) => [Math.round(seconds * 1000), index]));
  return series.map(
    ({ points }) => new Map(points.flatMap(({ at, mark }) => (mark ? [[places.get(at)!, mark] as const] : []))),
  );
}

/** The next place at which some series says something, within the section. */
function nextPoint(
  times: readonly number[],
  values: Joined['values'],
  pointed: number | null,
  side: number,
  { from, to }: TimeRange,
): number | null {
  const says = (index: number) => values.some((row) => row[index] !== undefined && row[index] !== null);
  const isInside = (index: number) => times[index]! * 1000 >= from && times[index]! * 1000 <= to;
  let index = pointed ?? (side > 0 ? -1 : times.length);
  for (index += side; index >= 0 && index < times.length; index += side) {
    if (says(index) && isInside(index)) return index;
  }
  return pointed;
}

function pointText(
  { times, values }: Joined,
  series: readonly ChartSeries[],
  index: number,
  valueText: (value: number) => string,
  timeText: (at: number) => string,
  t: { readonly [Name in keyof typeof CHART_TEXTS]: string },
): string {
  const seconds = times[index];
  if (seconds === undefined) return '';
  const at = Math.round(seconds * 1000);
  const said = series.flatMap(({ label, points }, place) => {
    const value = values[place]?.[index];
    if (value === null || value === undefined) return [];
    const mark = points.find((point) => point.at === at)?.mark;
    return [`${series.length > 1 ? `${label} ` : ''}${valueText(value)}${mark ? ` (${t[mark]})` : ''}`];
  });
  return said.length === 0 ? '' : fill(t.point, { time: timeText(at), values: said.join(', ') });
}

function useValueText({ unit, display = 'number' }: Pick<ChartProps, 'unit' | 'display'>): (value: number) => string {
  const t = useTexts(CHART_TEXTS);
  const formats = useFormats();
  return useMemo(() => {
    if (display === 'flag') return (value: number) => (value === 1 ? t.yes : value === 0 ? t.no : '');
    if (display === 'percent') return (value: number) => formats.percent(value);
    return (value: number) => `${formats.number(Math.round(value * 1000) / 1000)}${unit === '' ? '' : `\u00a0${unit}`}`;
  }, [display, unit, formats, t]);
}

function Cell({
  point,
  valueText,
}: {
  readonly point: ChartPoint | undefined;
  readonly valueText: (value: number) => string;
}): ReactElement {
  const t = useTexts(CHART_TEXTS);
  if (!point || point.value === null) return <span>–</span>;
  return (
    <span>
      {valueText(Number(point.value))}
      {point.mark && <span className="muted"> ({t[point.mark]})</span>}
    </span>
  );
}

function CsvButton({ title, series }: ChartProps): ReactElement {
  const t = useTexts(CHART_TEXTS);
  const language = useLanguage();
  const download = () => {
    const heads = { time: t.timeUtc, mark: t.mark, marks: { late: t.late, doubtful: t.doubtful } };
    const form =
      language === 'de' ? ({ separator: ';', decimal: ',' } as const) : ({ separator: ',', decimal: '.' } as const);
    const url = URL.createObjectURL(new Blob([csvOf(series, heads, form)], { type: 'text/csv;charset=utf-8' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `${title.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')}.csv`;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <Button kind="tertiary" onClick={download}>
      {t.csv}
    </Button>
  );
}

const SWATCHES = ['0', '8 4', '2 3', '10 3 2 3'];

function Legend({
  series,
  thresholds,
  events,
}: Required<Pick<ChartProps, 'series' | 'thresholds' | 'events'>>): ReactElement | null {
  const t = useTexts(CHART_TEXTS);
  const formats = useFormats();
  const used = POINT_MARKS.filter((mark) => series.some(({ points }) => points.some((point) => point.mark === mark)));
  if (series.length < 2 && thresholds.length === 0 && events.length === 0 && used.length === 0) return null;
  return (
    <ul className="chart__legend" aria-label={t.legend}>
      {series.length > 1 &&
        series.map(({ id, label }, index) => (
          <li key={id}>
            <Swatch
              className={`chart__swatch chart__swatch--${index % SWATCHES.length}`}
              dash={SWATCHES[index % SWATCHES.length]!}
            />
            {label}
          </li>
        ))}
      {thresholds.map(({ label, kind }) => (
        <li key={`${kind} ${label}`}>
          <Swatch
            className={`chart__swatch chart__swatch--${kind}`}
            dash={{ raises: '6 4', worsens: '2 2', clears: '12 4' }[kind]}
          />
          <span className="kern-sr-only">{t.threshold}: </span>
          {label}
        </li>
      ))}
      {events.map(({ at, label }) => (
        <li key={`${at} ${label}`}>
          <svg className="chart__swatch" viewBox="0 0 24 12" aria-hidden="true">
            <path d="M7 2h10l-5 8z" className="chart__flag" />
          </svg>
          <span className="kern-sr-only">{t.event}: </span>
          {label}, <time dateTime={new Date(at).toISOString()}>{formats.exact(new Date(at).toISOString())}</time>
        </li>
      ))}
      {used.map((mark) => (
        <li key={mark}>
          <svg className="chart__swatch chart__swatch--mark" viewBox="0 0 24 12" aria-hidden="true">
            <path d={mark === 'late' ? 'M8 2h8v8H8z' : 'M8 2l8 8M16 2l-8 8'} />
          </svg>
          {t[mark]}
        </li>
      ))}
    </ul>
  );
}

function Swatch({ className, dash }: { readonly className: string; readonly dash: string }): ReactElement {
  return (
    <svg className={className} viewBox="0 0 24 12" aria-hidden="true">
      <path d="M0 6h24" strokeDasharray={dash} />
    </svg>
  );
}

import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { PointMark, TimeRange } from './chart-data.ts';

/** What the canvas needs; all texts are ready to be drawn. */
export interface PlotContent {
  readonly data: uPlot.AlignedData;
  readonly labels: readonly string[];
  /** By series and place in the data. */
  readonly marks: readonly ReadonlyMap<number, PointMark>[];
  readonly isFlag: boolean;
  /** Of the axis of values; null: as the values are. */
  readonly valueRange: readonly [number, number] | null;
  readonly thresholds: readonly {
    readonly value: number;
    readonly label: string;
    readonly kind: 'raises' | 'worsens' | 'clears';
  }[];
  readonly events: readonly { readonly at: number; readonly label: string }[];
  readonly zone: string;
  readonly locale: string;
  readonly valueText: (value: number) => string;
}

export interface PlotHandlers {
  /** Chosen with the mouse, or by a double click, which gives null: everything. */
  onRange(range: TimeRange | null): void;
  /** Pointed at; null: nothing. */
  onPoint(index: number | null): void;
}

const HEIGHT = 260;
const FONT = '12px system-ui, sans-serif';
/** As wide as a character of that font is, at the most. */
const CHARACTER_PX = 7.5;
/** Px of a line of labels, and how many lines there may be. */
const EVENT_ROW = 16;
const EVENT_ROWS = 3;
/** A line each, told apart without colours too. */
const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
const THRESHOLD_DASHES = { raises: [6, 4], worsens: [2, 2], clears: [12, 4] } as const;

/** The chart itself. Loaded only when one is shown. */
export class Plot {
  readonly #plot: uPlot;
  readonly #observer: ResizeObserver;
  readonly #content: PlotContent;
  #isOwnChange = false;
  #isPointing = false;

  constructor(element: HTMLElement, content: PlotContent, range: TimeRange, handlers: PlotHandlers) {
    this.#content = content;
    const width = Math.max(element.clientWidth, 200);
    this.#plot = new uPlot(this.#options(element, width, range, handlers), content.data, element);
    this.#observer = new ResizeObserver(() =>
      this.#plot.setSize({ width: Math.max(element.clientWidth, 200), height: HEIGHT }),
    );
    this.#observer.observe(element);
  }

  show(range: TimeRange): void {
    this.#isOwnChange = true;
    this.#plot.setScale('x', { min: range.from / 1000, max: range.to / 1000 });
    this.#isOwnChange = false;
  }

  /** Puts the cross on a point; null: takes it away. */
  point(index: number | null): void {
    if (this.#isPointing) return;
    const time = index === null ? undefined : this.#plot.data[0][index];
    const left = time === undefined ? -10 : this.#plot.valToPos(time, 'x');
    this.#plot.setCursor({ left, top: time === undefined ? -10 : this.#plot.over.clientHeight / 2 }, false);
  }

  destroy(): void {
    this.#observer.disconnect();
    this.#plot.destroy();
  }

  #watchPointer({ over }: uPlot, handlers: PlotHandlers): void {
    over.addEventListener('mouseenter', () => (this.#isPointing = true));
    over.addEventListener('mouseleave', () => {
      this.#isPointing = false;
      handlers.onPoint(null);
    });
  }

  #options(element: HTMLElement, width: number, range: TimeRange, handlers: PlotHandlers): uPlot.Options {
    const content = this.#content;
    const style = getComputedStyle(element);
    const color = (name: string) => style.getPropertyValue(name).trim();
    const colors = ['--action', '--major', '--success', '--hint'].map(color);
    const text = color('--text');
    const axis = {
      stroke: text,
      font: FONT,
      grid: { stroke: color('--line'), width: 1 },
      ticks: { stroke: color('--line'), width: 1 },
    };
    const drawn = {
      text,
      ground: color('--surface'),
      mark: color('--critical'),
      line: color('--major'),
      series: colors,
    };
    const stepped = uPlot.paths.stepped?.({ align: 1 });
    return {
      width,
      height: HEIGHT,
      legend: { show: false },
      // What happened is written above the plot, where no reading is.
      padding: [12 + EVENT_ROW * Math.min(content.events.length, EVENT_ROWS), 24, 0, 0],
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), content.zone),
      cursor: { drag: { x: true, y: false, setScale: false, dist: 4 }, points: { size: 9 } },
      scales: {
        x: { time: true, min: range.from / 1000, max: range.to / 1000, auto: false },
        y: { range: (_plot, low, high) => valueRange(content, low, high) },
      },
      axes: [
        { ...axis, values: (_plot, splits, _axis, _space, increment) => timeTexts(splits, increment, content) },
        {
          ...axis,
          size: (_plot, texts) => axisWidth(texts),
          ...(content.isFlag && { splits: () => [0, 1] }),
          values: (_plot, splits) => splits.map(content.valueText),
        },
      ],
      series: [
        {},
        ...content.labels.map((label, index): uPlot.Series => {
          const stroke = colors[index % colors.length]!;
          return {
            label,
            stroke,
            width: 2,
            dash: [...DASHES[index % DASHES.length]!],
            points: { size: 5, fill: stroke },
            ...(content.isFlag && stepped && { paths: stepped }),
          };
        }),
      ],
      hooks: {
        // Limits and events lie under the readings: what raised an alert stands where its event does.
        drawAxes: [(plot) => drawInside(plot, () => drawUnder(plot, content, drawn))],
        draw: [(plot) => drawInside(plot, () => drawOver(plot, content, drawn))],
        setSelect: [
          (plot) => {
            const { left, width: chosen } = plot.select;
            if (chosen < 4) return;
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            handlers.onRange({ from: plot.posToVal(left, 'x') * 1000, to: plot.posToVal(left + chosen, 'x') * 1000 });
          },
        ],
        // Also fires when the section changes under a cross that was put there by keyboard: that is no pointing.
        setCursor: [(plot) => this.#isPointing && handlers.onPoint(plot.cursor.idx ?? null)],
        ready: [(plot) => this.#watchPointer(plot, handlers)],
        setScale: [
          (plot, key) => {
            // A double click of the mouse asks uPlot for all that there is.
            const { min, max } = plot.scales['x']!;
            const first = plot.data[0][0];
            const last = plot.data[0].at(-1);
            if (key === 'x' && !this.#isOwnChange && plot.status === 1 && min === first && max === last)
              handlers.onRange(null);
          },
        ],
      },
    };
  }
}

/** Wide enough for the longest text beside it. */
function axisWidth(texts: readonly string[] | null): number {
  const longest = Math.max(0, ...(texts ?? []).map((text) => text.length));
  return Math.max(62, 18 + Math.ceil(longest * CHARACTER_PX));
}

/** The values with their limits, and some room. */
function valueRange(
  { isFlag, valueRange: fixed, thresholds }: PlotContent,
  low: number | null,
  high: number | null,
): [number, number] {
  if (isFlag) return [-0.1, 1.1];
  if (fixed) return [...fixed];
  const values = [low, high, ...thresholds.map(({ value }) => value)].filter(
    (value): value is number => value !== null && Number.isFinite(value),
  );
  if (values.length === 0) return [0, 1];
  const min = Math.min(...values);
  const max = Math.max(...values);
  const room = max === min ? Math.max(Math.abs(max) * 0.1, 1) : (max - min) * 0.08;
  // What is never negative has no room below zero.
  return [min >= 0 ? Math.max(min - room, 0) : min - room, max + room];
}

const DAY_S = 86_400;

/** Clock times, with the day where it begins; days alone where hours say nothing. */
function timeTexts(splits: readonly number[], increment: number, { zone, locale }: PlotContent): string[] {
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: zone });
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone: zone });
  let before = '';
  return splits.map((seconds) => {
    const date = new Date(seconds * 1000);
    const shownDay = day.format(date);
    const isNew = shownDay !== before;
    before = shownDay;
    if (increment >= DAY_S) return shownDay;
    return isNew ? `${clock.format(date)}\n${shownDay}` : clock.format(date);
  });
}

interface Colors {
  readonly text: string;
  readonly ground: string;
  readonly mark: string;
  readonly line: string;
  /** Of the series. */
  readonly series: readonly string[];
}

/** Nothing beside or below the plot; lengths are pixels of the canvas. */
function drawInside({ ctx, bbox }: uPlot, draw: () => void): void {
  const scale = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, 0, bbox.width, bbox.top + bbox.height);
  ctx.clip();
  ctx.font = `${12 * scale}px system-ui, sans-serif`;
  // uPlot leaves them as its axes need them.
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  ctx.lineWidth = 1.5 * scale;
  draw();
  ctx.restore();
}

function drawUnder(plot: uPlot, content: PlotContent, colors: Colors): void {
  for (const threshold of content.thresholds) drawThreshold(plot, threshold, colors, devicePixelRatio);
  drawEvents(plot, content.events, colors, devicePixelRatio);
}

function drawOver(plot: uPlot, content: PlotContent, colors: Colors): void {
  content.labels.forEach((_label, index) => drawLone(plot, index + 1, colors, devicePixelRatio));
  content.marks.forEach((marks, index) => drawMarks(plot, index + 1, marks, colors, devicePixelRatio));
}

function drawThreshold(
  plot: uPlot,
  { value, label, kind }: PlotContent['thresholds'][number],
  colors: Colors,
  scale: number,
): void {
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(value, 'y', true));
  ctx.strokeStyle = kind === 'clears' ? colors.text : colors.line;
  ctx.setLineDash(THRESHOLD_DASHES[kind].map((length) => length * scale));
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.setLineDash([]);
  const isAtTop = y - bbox.top < 20 * scale;
  drawLabel(plot, label, bbox.left + 6 * scale, isAtTop ? y + 15 * scale : y - 5 * scale, colors, scale);
}

function drawEvents(plot: uPlot, events: PlotContent['events'], colors: Colors, scale: number): void {
  const { ctx, bbox } = plot;
  let row = 0;
  let before = -Infinity;
  for (const { at, label } of [...events].sort((a, b) => a.at - b.at)) {
    const x = Math.round(plot.valToPos(at / 1000, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    // Labels of events that are close together stand above each other.
    row = x - before < 110 * scale ? (row + 1) % EVENT_ROWS : 0;
    before = x;
    ctx.strokeStyle = colors.text;
    ctx.setLineDash([3 * scale, 3 * scale]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.fillStyle = colors.text;
    ctx.beginPath();
    ctx.moveTo(x - 5 * scale, bbox.top - 7 * scale);
    ctx.lineTo(x + 5 * scale, bbox.top - 7 * scale);
    ctx.lineTo(x, bbox.top);
    ctx.fill();
    const width = ctx.measureText(label).width;
    const left = x + 8 * scale + width > bbox.left + bbox.width ? x - width - 8 * scale : x + 6 * scale;
    drawLabel(plot, label, left, bbox.top - (2 + EVENT_ROW * row) * scale, colors, scale);
  }
}

/** With the ground of the page behind it, so that it can be read over lines. */
function drawLabel({ ctx }: uPlot, label: string, left: number, baseline: number, colors: Colors, scale: number): void {
  const width = ctx.measureText(label).width;
  ctx.globalAlpha = 0.85;
  ctx.fillStyle = colors.ground;
  ctx.fillRect(left - 2 * scale, baseline - 11 * scale, width + 4 * scale, 14 * scale);
  ctx.globalAlpha = 1;
  ctx.fillStyle = colors.text;
  ctx.fillText(label, left, baseline);
}

/** A single reading has no line that leads to it: it is drawn so that one sees it. */
function drawLone(plot: uPlot, seriesIndex: number, colors: Colors, scale: number): void {
  const { ctx } = plot;
  const values = plot.data[seriesIndex] as readonly (number | null | undefined)[] | undefined;
  const [only, another] = [...(values?.entries() ?? [])].filter(([, value]) => typeof value === 'number');
  const time = only && plot.data[0][only[0]];
  if (!only || time === undefined || another) return;
  ctx.beginPath();
  ctx.arc(plot.valToPos(time, 'x', true), plot.valToPos(only[1] ?? 0, 'y', true), 6 * scale, 0, 2 * Math.PI);
  ctx.fillStyle = colors.series[(seriesIndex - 1) % colors.series.length]!;
  ctx.strokeStyle = colors.ground;
  ctx.lineWidth = 2 * scale;
  ctx.fill();
  ctx.stroke();
}

/** Late: a hollow square. Doubtful: a cross. */
function drawMarks(
  plot: uPlot,
  seriesIndex: number,
  marks: ReadonlyMap<number, PointMark>,
  colors: Colors,
  scale: number,
): void {
  const { ctx } = plot;
  const size = 4.5 * scale;
  ctx.strokeStyle = colors.mark;
  ctx.lineWidth = 2 * scale;
  for (const [index, mark] of marks) {
    const time = plot.data[0][index];
    const value = plot.data[seriesIndex]?.[index];
    if (time === undefined || value === null || value === undefined) continue;
    const x = plot.valToPos(time, 'x', true);
    const y = plot.valToPos(value, 'y', true);
    ctx.beginPath();
    if (mark === 'late') ctx.rect(x - size, y - size, 2 * size, 2 * size);
    else {
      ctx.moveTo(x - size, y - size);
      ctx.lineTo(x + size, y + size);
      ctx.moveTo(x + size, y - size);
      ctx.lineTo(x - size, y + size);
    }
    ctx.stroke();
  }
}

import { type ReactElement, useMemo, useState } from 'react';
import type { Quantity, Reading } from '../api/types.ts';
import { useLanguage } from '../i18n/language.ts';
import { usePick, useTexts } from '../i18n/texts.ts';
import { Chart, type ChartEvent, type ChartPoint, isShare, markOf, unitText } from '../ui/chart.tsx';
import { Loaded } from '../ui/states.tsx';
import { useNow } from '../ui/time.tsx';
import { useUrlParam } from '../ui/url-state.ts';
import { everyFor, useQuantities, useReadings } from './asset-queries.ts';
import { ASSET_TEXTS } from './texts.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const RANGES = { day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS, year: 365 * DAY_MS } as const;
type Range = keyof typeof RANGES;
/** The end of what is shown moves on by steps that one hardly sees, so that the same answer serves for a while. */
const STEPS = 1_000;
const SHORTEST_STEP_MS = 60_000;
const LONGEST_STEP_MS = 15 * 60_000;

export interface CourseProps {
  /** `/assets/{id}` or `/devices/{id}`. */
  readonly path: string;
  /** Those that can be chosen. */
  readonly quantities: readonly string[];
  /** Shown at first. */
  readonly first?: string | undefined;
  /** After three of these without a reading there is a gap. */
  readonly intervalMs: number;
  readonly events?: readonly ChartEvent[];
}

/** The course of a quantity: which one, over which time, and a section in more detail. */
export function Course({ path, quantities, first, intervalMs, events = [] }: CourseProps): ReactElement {
  const t = useTexts(ASSET_TEXTS);
  const pick = usePick();
  const known = useQuantities();
  const [chosen, setChosen] = useUrlParam('quantity');
  const [rangeName, setRange] = useUrlParam('range');
  const range: Range = rangeName !== null && Object.hasOwn(RANGES, rangeName) ? (rangeName as Range) : 'week';
  const name = chosen !== null && quantities.includes(chosen) ? chosen : (first ?? quantities[0]);
  if (name === undefined) return <p className="muted">{t.neverMeasured}</p>;
  return (
    <>
      <div className="filters">
        <div className="filter">
          <label htmlFor={`quantity-of-${path}`}>{t.quantity}</label>
          <select id={`quantity-of-${path}`} value={name} onChange={(event) => setChosen(event.target.value)}>
            {quantities.map((each) => {
              const quantity = known.data?.get(each);
              return (
                <option key={each} value={each}>
                  {quantity ? pick(quantity.label) : each}
                </option>
              );
            })}
          </select>
        </div>
        <div className="filter">
          <label htmlFor={`range-of-${path}`}>{t.range}</label>
          <select id={`range-of-${path}`} value={range} onChange={(event) => setRange(event.target.value)}>
            {(Object.keys(RANGES) as Range[]).map((each) => (
              <option key={each} value={each}>
                {t[each]}
              </option>
            ))}
          </select>
        </div>
      </div>
      <Loaded query={known}>
        {(all) => (
          <QuantityChart
            key={`${name} ${range}`}
            path={path}
            quantities={[name]}
            known={all}
            lengthMs={RANGES[range]}
            intervalMs={intervalMs}
            events={events}
          />
        )}
      </Loaded>
    </>
  );
}

/** Quantities of one unit over the time up to now. */
export function QuantityChart({
  path,
  quantities,
  known,
  lengthMs,
  intervalMs,
  events = [],
}: {
  readonly path: string;
  readonly quantities: readonly string[];
  readonly known: ReadonlyMap<string, Quantity>;
  readonly lengthMs: number;
  readonly intervalMs: number;
  readonly events?: readonly ChartEvent[];
}): ReactElement {
  // Not `usePick`, which is another function each time: the chart would be drawn anew.
  const language = useLanguage();
  const stepMs = Math.min(Math.max(lengthMs / STEPS, SHORTEST_STEP_MS), LONGEST_STEP_MS);
  const to = Math.ceil(useNow() / stepMs) * stepMs;
  const from = to - lengthMs;
  const [section, setSection] = useState<{ readonly from: number; readonly to: number } | null>(null);
  const whole = useReadings(path, quantities, from, to);
  const isFiner = section !== null && everyFor(section.to - section.from) !== everyFor(lengthMs);
  const fine = useReadings(path, quantities, section?.from ?? from, section?.to ?? to, isFiner);
  const quantity = known.get(quantities[0] ?? '');
  // As a text: the list is another one each time.
  const names = quantities.join();
  const series = useMemo(() => {
    const detail = isFiner && fine.data && !fine.isPlaceholderData ? fine.data : [];
    const readings = merged(whole.data ?? [], detail);
    const every = everyFor(lengthMs);
    const everyMs = every === null ? 0 : { '1h': HOUR_MS, '1d': DAY_MS }[every];
    return names.split(',').map((name) => ({
      id: name,
      label: known.get(name) ? known.get(name)!.label[language] : name,
      points: pointsOf(readings, name),
      gapMs: 3 * Math.max(intervalMs, everyMs),
    }));
  }, [whole.data, fine.data, fine.isPlaceholderData, isFiner, names, known, intervalMs, lengthMs, language]);
  const shown = useMemo(() => events.filter(({ at }) => at >= from && at <= to), [events, from, to]);
  const display = quantity?.kind === 'flag' ? 'flag' : isShare(quantities[0] ?? '') ? 'percent' : 'number';
  return (
    <Loaded query={whole}>
      {() => (
        <Chart
          title={quantities.map((name) => (known.get(name) ? known.get(name)!.label[language] : name)).join(', ')}
          unit={display === 'percent' ? '%' : unitText(quantity?.unit ?? '')}
          display={display}
          series={series}
          events={shown}
          from={from}
          to={to}
          isCut={(whole.data?.length ?? 0) >= 5_000}
          onRange={setSection}
        />
      )}
    </Loaded>
  );
}

/** What is known in more detail takes the place of what is known coarsely. */
function merged(coarse: readonly Reading[], fine: readonly Reading[]): readonly Reading[] {
  const [first, last] = [fine[0]?.observedAt, fine.at(-1)?.observedAt];
  if (first === undefined || last === undefined) return coarse;
  return [
    ...coarse.filter(({ observedAt }) => observedAt < first),
    ...fine,
    ...coarse.filter(({ observedAt }) => observedAt > last),
  ];
}

function pointsOf(readings: readonly Reading[], name: string): ChartPoint[] {
  return readings.flatMap((reading) => {
    const value = (reading.values as Readonly<Record<string, number | boolean | undefined>>)[name];
    if (value === undefined) return [];
    return [{ at: Date.parse(reading.observedAt), value, mark: markOf(reading) }];
  });
}

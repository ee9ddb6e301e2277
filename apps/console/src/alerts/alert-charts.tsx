import { type ReactElement, useMemo } from 'react';
import { msOf } from '../api/duration.ts';
import type { AlertContext } from '../api/types.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { Chart, type ChartEvent, isShare, markOf, unitText } from '../ui/chart.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { useSpeech } from './alert-explanation.tsx';
import { valueText } from './explain.ts';
import { ALERT_TEXTS } from './texts.ts';

/** A sensor that misses so many of its messages in a row is not being heard. */
const MISSED_MESSAGES = 3;

/** What was measured around the alert, with the limits that count and what happened when. */
export function AlertCharts({ context }: { readonly context: AlertContext }): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const events = useChartEvents(context.alert);
  // A rule names what some sensors measure and others do not.
  const measured = context.series.filter(({ points }) => points.length > 0);
  if (measured.length === 0) return <p className="muted">{t.noReadings}</p>;
  return (
    <div className="alert-charts">
      {measured.map((series) => (
        <SeriesChart key={series.quantity} series={series} context={context} events={events} />
      ))}
    </div>
  );
}

function SeriesChart({
  series,
  context,
  events,
}: {
  readonly series: AlertContext['series'][number];
  readonly context: AlertContext;
  readonly events: readonly ChartEvent[];
}): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const severities = useTexts(UI_TEXTS);
  const pick = usePick();
  const speech = useSpeech();
  const { quantity, label, unit, kind, points, thresholds, isCut } = series;
  const name = pick(label);
  const gapMs = context.reportingInterval === null ? undefined : MISSED_MESSAGES * msOf(context.reportingInterval);
  const drawn = useMemo(
    () => [
      {
        id: quantity,
        label: name,
        points: points.map((point) => ({ at: Date.parse(point.observedAt), value: point.value, mark: markOf(point) })),
        ...(gapMs !== undefined && gapMs > 0 && { gapMs }),
      },
    ],
    [quantity, name, points, gapMs],
  );
  const limits = useMemo(
    () =>
      thresholds.map(({ operator, limit, meaning, severity }) => {
        const text = `${speech.t[operator]} ${valueText(quantity, limit, speech)}`;
        const said = { text, severity: severity === null ? '' : severities[severity] };
        const template = { raises: t.limitRaises, worsens: t.limitWorsens, clears: t.limitClears }[meaning];
        return { value: limit, kind: meaning, label: fill(template, said) };
      }),
    [thresholds, quantity, speech, severities, t],
  );
  const display = kind === 'flag' ? 'flag' : isShare(quantity) ? 'percent' : 'number';
  return (
    <Chart
      title={name}
      unit={display === 'number' ? unitText(unit) : display === 'percent' ? '%' : ''}
      display={display}
      series={drawn}
      thresholds={limits}
      events={events}
      from={Date.parse(context.from)}
      to={withRoom(context)}
      isCut={isCut}
    />
  );
}

/** The last point and its flags stand clear of the edge. */
function withRoom({ from, to }: AlertContext): number {
  return Date.parse(to) + 0.03 * (Date.parse(to) - Date.parse(from));
}

function useChartEvents(alert: AlertContext['alert']): readonly ChartEvent[] {
  const t = useTexts(ALERT_TEXTS);
  const severities = useTexts(UI_TEXTS);
  const { raisedAt, acknowledgedAt, clearedAt, explanation } = alert;
  const worsened = explanation?.worsened;
  return useMemo(() => {
    const at = (iso: string, label: string): ChartEvent => ({ at: Date.parse(iso), label });
    return [
      at(raisedAt, t.eventRaised),
      ...(worsened ?? []).map((rise) => at(rise.at, fill(t.eventWorse, { severity: severities[rise.severity] }))),
      ...(acknowledgedAt === null ? [] : [at(acknowledgedAt, t.eventAcknowledged)]),
      ...(clearedAt === null ? [] : [at(clearedAt, t.eventCleared)]),
    ];
  }, [raisedAt, acknowledgedAt, clearedAt, worsened, severities, t]);
}

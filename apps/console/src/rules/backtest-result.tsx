import type { BacktestReport } from '@stadtfunk/http';
import { type ReactElement, useState } from 'react';
import { useFormats } from '../i18n/formats.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { Badge, SeverityBadge, type Tone } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import type { IconName } from '../ui/icons.tsx';
import { Notice } from '../ui/notice.tsx';
import { Empty } from '../ui/states.tsx';
import { ExactTime } from '../ui/time.tsx';
import { SubjectLink } from './raised-view.tsx';
import { RULE_TEXTS } from './texts.ts';

type OfRule = BacktestReport['rules'][number];
type WouldBe = BacktestReport['alerts'][number];

/** What a backtest found, beside what the version in force would have done. */
export function BacktestResult({ report }: { readonly report: BacktestReport }): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const formats = useFormats();
  const [rule] = report.rules;
  const { from, to, devices, readings } = report;
  return (
    <div className="backtest-result">
      <p className="muted">
        {fill(t.resultOf, {
          from: formats.exact(from),
          to: formats.exact(to),
          devices: formats.number(devices),
          readings: formats.number(readings),
        })}
      </p>
      {rule && <Summary rule={rule} />}
      {rule && rule.new.failures > 0 && (
        <Notice kind="warning" title={fill(t.fails, { n: rule.new.failures, reason: rule.new.lastFailure ?? '' })} />
      )}
      {report.days.length > 0 && <Days days={report.days} />}
      <WouldBeAlerts report={report} isCompared={rule?.onlyNew !== null && rule?.old !== null} />
      {report.notModelled.length > 0 && (
        <details className="not-known">
          <summary>{t.notKnown}</summary>
          <ul className="list" lang="en">
            {report.notModelled.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function Summary({ rule }: { readonly rule: OfRule }): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const formats = useFormats();
  const { new: fresh, old, onlyNew, onlyOld, both } = rule;
  const number = (value: number) => formats.number(value);
  const rows: readonly (readonly [string, (tally: typeof fresh) => number, (value: number) => string])[] = [
    [t.wouldFire, ({ fired }) => fired, number],
    [t.openAtEnd, ({ openAtEnd }) => openAtEnd, number],
    [t.subjects, ({ subjects }) => subjects, number],
    [t.timeInAlarm, ({ alarmMs }) => alarmMs, (ms) => formats.duration(ms)],
    [t.jobsMade, ({ jobs }) => jobs, number],
  ];
  return (
    <>
      {old && (
        <ul className="difference-counts" aria-label={t.change}>
          <Count of="added" n={onlyNew ?? 0} />
          <Count of="gone" n={onlyOld ?? 0} />
          <Count of="kept" n={both ?? 0} />
        </ul>
      )}
      <table className="kern-table kern-table--small table backtest-table">
        <caption className="kern-sr-only">{t.backtest}</caption>
        <thead className="kern-table__head">
          <tr>
            <th scope="col" className="kern-table__header">
              {t.measure}
            </th>
            <th scope="col" className="kern-table__header kern-table__cell--numeric">
              {t.thisText}
            </th>
            {old && (
              <th scope="col" className="kern-table__header kern-table__cell--numeric">
                {t.inForce}
              </th>
            )}
            {old && (
              <th scope="col" className="kern-table__header kern-table__cell--numeric">
                {t.change}
              </th>
            )}
          </tr>
        </thead>
        <tbody className="kern-table__body">
          {rows.map(([name, of, shown]) => {
            const change = old ? of(fresh) - of(old) : 0;
            return (
              <tr key={name} className="kern-table__row">
                <th scope="row" className="kern-table__cell">
                  {name}
                </th>
                <td className="kern-table__cell kern-table__cell--numeric">{shown(of(fresh))}</td>
                {old && <td className="kern-table__cell kern-table__cell--numeric">{shown(of(old))}</td>}
                {old && (
                  <td className="kern-table__cell kern-table__cell--numeric">
                    {change === 0 ? '±0' : `${change > 0 ? '+' : '−'}${shown(Math.abs(change))}`}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

const KINDS: Readonly<Record<'added' | 'gone' | 'kept', { readonly tone: Tone; readonly icon: IconName }>> = {
  added: { tone: 'warning', icon: 'arrowUp' },
  gone: { tone: 'info', icon: 'arrowDown' },
  kept: { tone: 'neutral', icon: 'ok' },
};

function Count({ of, n }: { readonly of: keyof typeof KINDS; readonly n: number }): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const formats = useFormats();
  return (
    <li>
      <Badge {...KINDS[of]}>{t[of]}</Badge> <strong>{formats.number(n)}</strong>
    </li>
  );
}

function Days({ days }: Pick<BacktestReport, 'days'>): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const formats = useFormats();
  const most = Math.max(...days.map((day) => Math.max(day.new, day.old ?? 0)));
  const bar = (count: number, kind: string) => (
    <span className="day-bar">
      <span className={`day-bar__filled day-bar__filled--${kind}`} style={{ width: `${(100 * count) / most}%` }} />
      <span>{formats.number(count)}</span>
    </span>
  );
  return (
    <details className="backtest-days" open={days.length <= 14}>
      <summary>{t.perDay}</summary>
      <table>
        <caption className="kern-sr-only">{t.perDay}</caption>
        <thead>
          <tr>
            <th scope="col">{t.when}</th>
            <th scope="col">{t.thisText}</th>
            {days[0]?.old !== null && <th scope="col">{t.inForce}</th>}
          </tr>
        </thead>
        <tbody>
          {days.map(({ day, new: fresh, old }) => (
            <tr key={day}>
              <th scope="row">{formats.day(`${day}T12:00:00Z`)}</th>
              <td>{bar(fresh, 'new')}</td>
              {old !== null && <td>{bar(old, 'old')}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

const SHOWN = { new: 'added', old: 'gone', both: 'kept' } as const;

function WouldBeAlerts({
  report: { alerts, alertCount },
  isCompared,
}: {
  readonly report: BacktestReport;
  readonly isCompared: boolean;
}): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const [shown, setShown] = useState<WouldBe['in'] | null>(null);
  const found = shown === null ? alerts : alerts.filter((alert) => alert.in === shown);
  const columns: readonly Column<WouldBe>[] = [
    ...(isCompared
      ? [
          {
            id: 'in',
            title: t.change,
            cell: (alert: WouldBe) => <Badge {...KINDS[SHOWN[alert.in]]}>{t[SHOWN[alert.in]]}</Badge>,
          },
        ]
      : []),
    {
      id: 'asset',
      title: t.asset,
      cell: ({ members, assetId, deviceId }) =>
        members === null ? <SubjectLink assetId={assetId} deviceId={deviceId} /> : fill(t.groupOf, { n: members }),
    },
    { id: 'severity', title: t.severity, cell: ({ severity }) => <SeverityBadge severity={severity} /> },
    { id: 'raisedAt', title: t.beganAt, cell: ({ raisedAt }) => <ExactTime time={raisedAt} /> },
    {
      id: 'clearedAt',
      title: t.endedAt,
      cell: ({ clearedAt }) => (clearedAt === null ? t.stillOpen : <ExactTime time={clearedAt} />),
    },
  ];
  if (alerts.length === 0) return <Empty title={t.noneWouldBe} />;
  return (
    <>
      <h3 className="section__title">{t.wouldBeAlerts}</h3>
      {isCompared && (
        <div className="shown-kinds" role="group" aria-label={t.change}>
          {(['new', 'old', 'both'] as const).map((kind) => (
            <Button key={kind} aria-pressed={shown === kind} onClick={() => setShown(shown === kind ? null : kind)}>
              {t[SHOWN[kind]]}
            </Button>
          ))}
        </div>
      )}
      <DataTable
        caption={t.wouldBeAlerts}
        rows={found}
        columns={columns}
        rowId={({ ruleId, deviceId, raisedAt, in: kind, members }) =>
          `${ruleId} ${deviceId} ${raisedAt} ${kind} ${members}`
        }
        empty={<Empty title={t.noneWouldBe} />}
      />
      {alertCount > alerts.length && (
        <p className="muted">{fill(t.notAllShown, { n: alerts.length, all: alertCount })}</p>
      )}
    </>
  );
}

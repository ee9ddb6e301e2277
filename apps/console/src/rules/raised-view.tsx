import type { RuleDetail } from '@stadtfunk/http';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { SeverityBadge } from '../ui/badge.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Section } from '../ui/page.tsx';
import { Empty, Loaded } from '../ui/states.tsx';
import { ExactTime } from '../ui/time.tsx';
import type { Severity, Text } from '../api/types.ts';
import { useRaised } from './rule-queries.ts';
import { RULE_TEXTS } from './texts.ts';

/** What a live and a shadow alert have in common. */
interface Raised {
  readonly alertId: string;
  readonly severity: Severity;
  readonly assetId: string | null;
  readonly deviceId: string;
  readonly raisedAt: string;
  readonly clearedAt: string | null;
  readonly job?: { readonly title: Text } | null;
}

/** What a rule has raised, beside what it only recorded. */
export function RaisedView({ rule }: { readonly rule: RuleDetail }): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const alerts = useRaised('alerts', rule.ruleId);
  const shadows = useRaised('shadow-alerts', rule.ruleId);
  return (
    <div className="raised">
      <Section title={t.liveAlerts}>
        <Loaded query={alerts}>
          {({ items }) => <RaisedTable caption={t.liveAlertList} rows={items} none={t.noLiveAlerts} isLive />}
        </Loaded>
      </Section>
      <Section title={t.shadowAlerts}>
        <p className="muted">{t.shadowAlertsHelp}</p>
        <Loaded query={shadows}>
          {({ items }) => (
            <RaisedTable caption={t.shadowAlertList} rows={items} none={t.noShadowAlerts} isLive={false} />
          )}
        </Loaded>
      </Section>
    </div>
  );
}

function RaisedTable({
  caption,
  rows,
  none,
  isLive,
}: {
  readonly caption: string;
  readonly rows: readonly Raised[];
  readonly none: string;
  readonly isLive: boolean;
}): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const pick = usePick();
  const columns: readonly Column<Raised>[] = [
    {
      id: 'asset',
      title: t.asset,
      cell: ({ alertId, assetId, deviceId, job }) => (
        <>
          {isLive ? (
            <Link to={`/alerts/${alertId}`}>{assetId ?? deviceId}</Link>
          ) : (
            <SubjectLink assetId={assetId} deviceId={deviceId} />
          )}
          {!isLive && job && <div className="muted">{fill(t.wouldAsk, { title: pick(job.title) })}</div>}
        </>
      ),
    },
    { id: 'severity', title: t.severity, cell: ({ severity }) => <SeverityBadge severity={severity} /> },
    { id: 'raisedAt', title: t.beganAt, cell: ({ raisedAt }) => <ExactTime time={raisedAt} /> },
    {
      id: 'clearedAt',
      title: t.endedAt,
      cell: ({ clearedAt }) => (clearedAt === null ? t.stillOpen : <ExactTime time={clearedAt} />),
    },
  ];
  return (
    <>
      <DataTable
        caption={caption}
        rows={rows}
        columns={columns}
        rowId={({ alertId }) => alertId}
        empty={<Empty title={none} />}
      />
      {rows.length >= 50 && <p className="muted">{fill(t.latest, { n: rows.length })}</p>}
    </>
  );
}

/** The asset, or the device where an alert is about none. */
export function SubjectLink({
  assetId,
  deviceId,
}: {
  readonly assetId: string | null;
  readonly deviceId: string;
}): ReactElement {
  if (assetId !== null) return <Link to={`/assets/${encodeURIComponent(assetId)}`}>{assetId}</Link>;
  return <Link to={`/devices/${encodeURIComponent(deviceId)}`}>{deviceId}</Link>;
}

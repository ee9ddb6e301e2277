import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { AlertEntry } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { Badge, JobStateBadge, SEVERITY_ICONS } from '../ui/badge.tsx';
import { Icon, type IconName } from '../ui/icons.tsx';
import { PhoneLine } from '../ui/phone-line.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { ALERT_TEXTS } from './texts.ts';

const TYPE_ICONS: Readonly<Record<string, IconName>> = {
  WasteContainer: 'container',
  ParkingSpot: 'parking',
  Streetlight: 'light',
  StreetlightControlCabinet: 'cabinet',
};

/** What an alert is about, as people say it. */
export function useWhere(): (entry: AlertEntry) => string {
  const t = useTexts(ALERT_TEXTS);
  return ({ place, assetId, deviceId, members }) => {
    if (place) return place.name ?? place.street ?? place.assetId;
    if (members !== null) return fill(t.members, { n: members });
    return assetId ?? fill(t.device, { id: deviceId });
  };
}

/** What names one alert among others: title and place. */
export function useAlertName(): (entry: AlertEntry) => string {
  const pick = usePick();
  const where = useWhere();
  return (entry) => `${pick(entry.title)}, ${where(entry)}`;
}

function AlertTitle({ entry }: { readonly entry: AlertEntry }): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const pick = usePick();
  return (
    <span className="alert-title">
      <Link to={`/alerts/${encodeURIComponent(entry.alertId)}`} data-alert={entry.alertId}>
        {pick(entry.title)}
      </Link>
      {entry.members !== null && <Badge>{fill(t.members, { n: entry.members })}</Badge>}
    </span>
  );
}

/** The title; where the screen is narrow, with what other columns say elsewhere. */
export function AlertCell({ entry }: { readonly entry: AlertEntry }): ReactElement {
  const names = useTexts(UI_TEXTS);
  const where = useWhere();
  return (
    <div className="alert-cell">
      <AlertTitle entry={entry} />
      <PhoneLine icon={SEVERITY_ICONS[entry.severity]}>
        {names[entry.severity]}, {where(entry)}
      </PhoneLine>
    </div>
  );
}

export function AlertPlaceCell({ entry }: { readonly entry: AlertEntry }): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const where = useWhere();
  const { place } = entry;
  if (!place) return <span>{where(entry)}</span>;
  // Many names say the street themselves: "Papierkorb 38, Hauptstraße 4".
  const isStreetSaid = place.street === null || where(entry).includes(place.street);
  const more = [!isStreetSaid && place.street, place.district].filter(Boolean).join(', ');
  const icon = TYPE_ICONS[place.type];
  return (
    <span className="alert-place">
      {icon && (
        <span title={t[place.type]}>
          <Icon name={icon} />
          <span className="kern-sr-only">{t[place.type]}: </span>
        </span>
      )}
      <span className="alert-place__name">
        <Link to={`/assets/${encodeURIComponent(place.assetId)}`}>{where(entry)}</Link>
        {more !== '' && <span className="muted">{more}</span>}
      </span>
    </span>
  );
}

export function AlertJobCell({ entry: { job } }: { readonly entry: AlertEntry }): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  if (!job) return <span className="muted">{t.noJob}</span>;
  return (
    <span className="alert-job">
      <Link
        to={`/jobs/${encodeURIComponent(job.jobId)}`}
        aria-label={`${t.job} ${fill(t.jobNumber, { n: job.number })}`}
      >
        {fill(t.jobNumber, { n: job.number })}
      </Link>
      <JobStateBadge state={job.state} />
      {job.assignee !== null && (
        <span className="alert-job__assignee" title={job.assignee}>
          {job.assignee}
        </span>
      )}
    </span>
  );
}

/** Whether somebody has seen it, or why nobody is told of it. */
export function AlertStateText({ entry }: { readonly entry: AlertEntry }): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const formats = useFormats();
  const { open, suppression, acknowledgedBy } = entry;
  if (!open) return <Badge tone="success">{t.cleared}</Badge>;
  if (suppression) {
    const until = suppression.until === null ? '' : ` ${fill(t.until, { time: formats.exact(suppression.until) })}`;
    return <Badge>{`${suppression.kind === 'shelved' ? t.shelved : t.suppressed}${until}`}</Badge>;
  }
  if (acknowledgedBy !== null) return <span className="muted">{fill(t.byWhom, { name: acknowledgedBy })}</span>;
  return <Badge tone="warning">{t.unacknowledged}</Badge>;
}

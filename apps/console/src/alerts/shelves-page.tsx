import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { call, callAll } from '../api/client.ts';
import type { Shelf } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { useLiveEvents } from '../live/live.ts';
import { readAnew } from '../live/read-anew.ts';
import { useCaller } from '../shell/caller.ts';
import { SeverityBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Loaded } from '../ui/states.tsx';
import { ExactTime } from '../ui/time.tsx';
import { toast } from '../ui/toasts.tsx';
import { useIsPhone } from '../ui/use-media.ts';
import { useWhere } from './alert-cells.tsx';
import { AlertViews } from './alert-views.tsx';
import { PresentChoice, useIsAll } from './present-choice.tsx';
import { ALERT_TEXTS } from './texts.ts';
import './alerts.css';

/** As many as one looks through. */
const MOST = 1000;

/** Who has put which alert aside, why and until when. */
export default function ShelvesPage(): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const client = useQueryClient();
  const isAll = useIsAll();
  const shelves = useQuery({
    queryKey: ['shelves', isAll],
    queryFn: ({ signal }) => callAll<Shelf>(`/shelves${isAll ? '' : '?current=true'}`, MOST, { signal }),
  });
  useLiveEvents(({ type }) => {
    if (/^alert\.(?:shelved|unshelved|released|cleared)$/.test(type)) readAnew(client, ['shelves']);
  });
  const unshelve = useMutation({
    mutationFn: (alertId: string) => call<unknown>('POST', `/alerts/${encodeURIComponent(alertId)}/unshelve`),
    onSuccess: () => toast(t.done),
    onSettled: () => client.invalidateQueries({ queryKey: ['shelves'] }),
  });
  const columns = useColumns((alertId) => unshelve.mutate(alertId));
  return (
    <Page title={t.shelvesTitle}>
      <AlertViews />
      <PresentChoice />
      <ErrorNotice error={unshelve.error} />
      <Loaded query={shelves}>
        {(rows) => (
          <DataTable
            caption={t.shelvesTitle}
            rows={rows}
            columns={columns}
            rowId={({ shelfId }) => shelfId}
            empty={<Empty title={t.noShelves} isGood />}
          />
        )}
      </Loaded>
    </Page>
  );
}

function useColumns(onUnshelve: (alertId: string) => void): readonly Column<Shelf>[] {
  const t = useTexts(ALERT_TEXTS);
  const pick = usePick();
  const where = useWhere();
  const formats = useFormats();
  const isPhone = useIsPhone();
  const mayHandle = useCaller().may('alerts.handle');
  const isCurrent = ({ endedAt, until, alert }: Shelf) =>
    endedAt === null && Date.parse(until) > Date.now() && alert?.open === true && alert.suppression?.kind === 'shelved';
  return [
    {
      id: 'severity',
      title: t.severity,
      hideOnPhone: true,
      cell: ({ alert }) => alert && <SeverityBadge severity={alert.severity} />,
    },
    {
      id: 'alert',
      title: t.alert,
      cell: ({ alertId, alert, subject, reason }) => (
        <>
          <Link to={`/alerts/${encodeURIComponent(alertId)}`}>
            {alert ? `${pick(alert.title)}, ${where(alert)}` : subject}
          </Link>
          {isPhone && (
            <div>
              {alert && <SeverityBadge severity={alert.severity} />} <span className="muted">{reason}</span>
            </div>
          )}
        </>
      ),
    },
    { id: 'reason', title: t.reason, hideOnPhone: true, cell: ({ reason }) => reason },
    { id: 'by', title: t.by, cell: ({ shelvedBy }) => shelvedBy, hideOnPhone: true },
    { id: 'since', title: t.raised, cell: ({ since }) => <ExactTime time={since} />, hideOnPhone: true },
    { id: 'until', title: t.to, cell: ({ until }) => <ExactTime time={until} /> },
    {
      id: 'scope',
      title: t.scope,
      hideOnPhone: true,
      cell: ({ scope }) => (scope === 'problem' ? t.scopeProblem : t.scopeAlert),
    },
    {
      id: 'ended',
      title: t.endedEarly,
      cell: (shelf) => {
        const { endedAt, endedBy, alertId, alert } = shelf;
        if (endedAt !== null) return fill(t.endedBy, { name: endedBy ?? '', time: formats.exact(endedAt) });
        if (!mayHandle || !isCurrent(shelf)) return <span className="muted">{t.notEnded}</span>;
        return (
          <Button
            className="button--row"
            onClick={() => onUnshelve(alertId)}
            aria-label={`${t.unshelve}: ${alert ? pick(alert.title) : ''}`}
          >
            {t.end}
          </Button>
        );
      },
    },
  ];
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { call, callAll } from '../api/client.ts';
import type { MaintenanceWindow } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { Button } from '../ui/button.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Loaded } from '../ui/states.tsx';
import { ExactTime, useNow } from '../ui/time.tsx';
import { toast } from '../ui/toasts.tsx';
import { useIsPhone } from '../ui/use-media.ts';
import { AlertViews } from './alert-views.tsx';
import { PresentChoice, useIsAll } from './present-choice.tsx';
import { useRuleTitle } from './rule-titles.ts';
import { ALERT_TEXTS } from './texts.ts';
import { WindowDialog } from './window-dialog.tsx';
import './alerts.css';

/** As many as there can be that are not over. */
const MOST = 1000;

/** Planned work: what is announced, by whom, and what was. */
export default function WindowsPage(): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const client = useQueryClient();
  const isAll = useIsAll();
  const mayWrite = useCaller().may('windows.write');
  const [isNew, setNew] = useState(false);
  const [ending, setEnding] = useState<MaintenanceWindow | null>(null);
  const windows = useQuery({
    queryKey: ['windows', isAll],
    queryFn: ({ signal }) => {
      return callAll<MaintenanceWindow>(`/maintenance-windows${isAll ? '' : '?current=true'}`, MOST, { signal });
    },
  });
  const end = useMutation({
    mutationFn: (windowId: string) => call<unknown>('DELETE', `/maintenance-windows/${encodeURIComponent(windowId)}`),
    onSuccess: () => {
      setEnding(null);
      toast(t.done);
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['windows'] }),
  });
  const columns = useColumns(mayWrite ? setEnding : undefined);
  const scope = useScopeText();
  const announce = mayWrite && (
    <Button kind="primary" onClick={() => setNew(true)}>
      {t.newWindow}
    </Button>
  );
  return (
    <Page title={t.windows} actions={announce}>
      <AlertViews />
      <PresentChoice />
      <Loaded query={windows}>
        {(rows) => (
          <DataTable
            caption={t.windows}
            rows={rows}
            columns={columns}
            rowId={({ windowId }) => windowId}
            empty={<Empty title={t.noWindows} />}
          />
        )}
      </Loaded>
      {isNew && <WindowDialog onClose={() => setNew(false)} />}
      {ending && (
        <Dialog
          title={t.endWindowTitle}
          onClose={() => setEnding(null)}
          footer={
            <>
              <Button onClick={() => setEnding(null)}>{t.cancel}</Button>
              <Button kind="primary" busy={end.isPending} onClick={() => end.mutate(ending.windowId)}>
                {t.endNow}
              </Button>
            </>
          }
        >
          <p>
            <strong>{ending.reason}</strong>, {scope(ending)}
          </p>
          <p>{t.endWindowHelp}</p>
          <ErrorNotice error={end.error} />
        </Dialog>
      )}
    </Page>
  );
}

/** What a window is about, in one line. */
function useScopeText(): (window: MaintenanceWindow) => string {
  const t = useTexts(ALERT_TEXTS);
  const ruleTitle = useRuleTitle();
  return ({ assetIds, cabinetId, district, ruleId }) => {
    const parts = [
      assetIds &&
        (assetIds.length > 3 ? `${assetIds.slice(0, 3).join(', ')} … (${assetIds.length})` : assetIds.join(', ')),
      cabinetId && `${t.windowCabinet} ${cabinetId}`,
      district && `${t.district} ${district}`,
      ruleId && fill(t.ruleNamed, { rule: ruleTitle(ruleId) }),
    ];
    return parts.filter(Boolean).join(' · ') || t.allAssets;
  };
}

function useColumns(onEnd: ((window: MaintenanceWindow) => void) | undefined): readonly Column<MaintenanceWindow>[] {
  const t = useTexts(ALERT_TEXTS);
  const formats = useFormats();
  const scope = useScopeText();
  const now = useNow();
  const isPhone = useIsPhone();
  return [
    {
      id: 'scope',
      title: t.scope,
      cell: (window) => (
        <>
          {scope(window)}
          {isPhone && (
            <div className="muted">
              {window.reason}, {t.windowStart}: <ExactTime time={window.startsAt} />
            </div>
          )}
        </>
      ),
    },
    { id: 'reason', title: t.reason, hideOnPhone: true, cell: ({ reason }) => reason },
    { id: 'start', title: t.windowStart, cell: ({ startsAt }) => <ExactTime time={startsAt} />, hideOnPhone: true },
    { id: 'end', title: t.windowEnd, cell: ({ endsAt }) => <ExactTime time={endsAt} /> },
    {
      id: 'created',
      title: t.created,
      hideOnPhone: true,
      cell: ({ createdBy, createdAt }) => fill(t.endedBy, { name: createdBy, time: formats.exact(createdAt) }),
    },
    {
      id: 'ended',
      title: t.endedEarly,
      cell: (window) => {
        const { endedAt, endedBy, endsAt, reason } = window;
        if (endedAt !== null) return fill(t.endedBy, { name: endedBy ?? '', time: formats.exact(endedAt) });
        if (!onEnd || Date.parse(endsAt) <= now) return <span className="muted">{t.notEnded}</span>;
        return (
          <Button className="button--row" onClick={() => onEnd(window)} aria-label={`${t.end}: ${reason}`}>
            {t.end} …
          </Button>
        );
      },
    },
  ];
}

import { type ReactElement, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { AlertEntry } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { Badge, SeverityBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { LoadMore } from '../ui/load-more.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Empty, Loaded, Loading } from '../ui/states.tsx';
import { RelativeTime } from '../ui/time.tsx';
import { toast } from '../ui/toasts.tsx';
import { useUrlParam } from '../ui/url-state.ts';
import { AlertJobCell, AlertPlaceCell, AlertCell, AlertStateText, useAlertName } from './alert-cells.tsx';
import { useAlertCounts, useAlertFeed } from './alert-feed.ts';
import { isNarrowed, orderOf, ORDERS, queryOf } from './alert-filter.ts';
import { AlertFilters } from './alert-filters.tsx';
import { AlertHead } from './alert-head.tsx';
import { type AlertStep, type Outcome, useAlertStep } from './alert-steps.ts';
import { AlertViews } from './alert-views.tsx';
import { useAnnouncer } from './announcer.tsx';
import type { AlertFeed } from './feed-pages.ts';
import { useHeldList } from './held-list.ts';
import { ShortcutsDialog, useShortcuts } from './shortcuts.tsx';
import { AssignDialog, ShelveDialog } from './step-dialogs.tsx';
import { StepError, StepResults } from './step-results.tsx';
import { ALERT_TEXTS } from './texts.ts';
import './alerts.css';

/** All alerts that fit, live, and what one does with many of them. */
export default function AlertsPage(): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const [params] = useSearchParams();
  const address = params.toString();
  // What `since` means is fixed when it is chosen: else every moment would be another question.
  const query = useMemo(() => queryOf(new URLSearchParams(address), Date.now()), [address]);
  const order = orderOf(params);
  const { announce, region } = useAnnouncer();
  const { feed, further } = useAlertFeed(query, order, announce);
  const { data: counts } = useAlertCounts(query);
  return (
    <Page title={t.title}>
      <AlertViews />
      <AlertHead counts={counts} />
      <AlertFilters counts={counts} />
      <Loaded query={feed}>
        {(data) => (
          <>
            <AlertList
              feed={data}
              listKey={`${query.toString()} ${order} ${data.pages}`}
              isFiltered={isNarrowed(params)}
            />
            <LoadMore hasMore={data.next !== null} busy={further.isPending} onMore={() => further.mutate()} />
            <ErrorNotice error={further.error} />
          </>
        )}
      </Loaded>
      {region}
    </Page>
  );
}

type Open = 'shelve' | 'assign' | 'shortcuts' | null;

function AlertList({
  feed,
  listKey,
  isFiltered,
}: {
  readonly feed: AlertFeed;
  readonly listKey: string;
  readonly isFiltered: boolean;
}): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const mayHandle = useCaller().may('alerts.handle');
  const name = useAlertName();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set<string>());
  const pointer = usePointing();
  const [open, setOpen] = useState<Open>(null);
  const [failed, setFailed] = useState<readonly Outcome[]>([]);
  const [error, setError] = useState<unknown>(null);
  const list = useHeldList(feed.alerts, pointer.isPointing || selected.size > 0, listKey);
  const step = useAlertStep();
  // What was selected under other filters is not in sight, and nothing may happen to it.
  const shown = useMemo(() => new Set(list.rows.map(({ alertId }) => alertId)), [list.rows]);
  const selection = useMemo(() => new Set([...selected].filter((id) => shown.has(id))), [selected, shown]);
  const release = () => {
    setSelected(new Set());
    list.release();
  };
  const { mutateAsync } = step;
  const take = useCallback(
    // Whoever is quick takes the next step before this one is answered: each answer counts.
    async (taken: AlertStep, alertIds: readonly string[]) => {
      if (alertIds.length === 0) return;
      setError(null);
      try {
        const { outcomes, stopped } = await mutateAsync({ step: taken, alertIds });
        if (stopped) setError(stopped);
        else if (taken.kind !== 'acknowledge') setOpen(null);
        if (outcomes.some(({ outcome }) => outcome !== 'done')) {
          const tried = new Set(outcomes.map(({ alertId }) => alertId));
          setFailed((before) => [...before.filter(({ alertId }) => !tried.has(alertId)), ...outcomes]);
        }
        const done = new Set(outcomes.flatMap(({ alertId, outcome }) => (outcome === 'done' ? [alertId] : [])));
        if (done.size > 0) toast(fill(t.doneAll, { n: done.size }));
        // What could not be done stays selected, to be looked at.
        setSelected((before) => new Set([...before].filter((id) => !done.has(id))));
      } catch (thrown) {
        setError(thrown);
      }
    },
    [mutateAsync, t],
  );
  const close = () => {
    setError(null);
    setOpen(null);
  };
  const acknowledge = (ids: readonly string[]) => void take({ kind: 'acknowledge' }, ids);
  const keys = useListKeys({ selection, setSelected, setOpen, acknowledge, release, mayHandle });
  const columns = useColumns({ gone: list.gone, mayHandle, onAcknowledge: (id) => acknowledge([id]) });
  const nothing = isFiltered ? <Empty title={t.emptyFiltered} /> : <Empty title={t.empty} isGood />;
  return (
    <div className="alert-list">
      <div className="alert-list__bar">
        {selection.size > 0 ? (
          <div className="bulk" role="group" aria-label={t.bulk}>
            <strong>{fill(t.selected, { n: selection.size })}</strong>
            <Button kind="primary" icon="ok" busy={step.isPending} onClick={() => acknowledge([...selection])}>
              {t.acknowledge}
            </Button>
            <Button onClick={() => setOpen('shelve')}>{t.shelve}</Button>
            <Button onClick={() => setOpen('assign')}>{t.assign}</Button>
            <Button kind="tertiary" onClick={() => setSelected(new Set())}>
              {t.selectNone}
            </Button>
          </div>
        ) : (
          <CountText feed={feed} />
        )}
        <NewsBar news={list.news} gone={list.gone.size} onShow={release} />
        {selection.size === 0 && <OrderChoice />}
        <Button kind="tertiary" onClick={() => setOpen('shortcuts')} className="hide-on-phone">
          {t.shortcuts}
        </Button>
      </div>
      {open === null && <StepError error={error} />}
      {failed.length > 0 && <StepResults outcomes={failed} onDismiss={() => setFailed([])} />}
      <div onPointerMove={pointer.onMove} onPointerLeave={pointer.onLeave}>
        <DataTable
          caption={t.title}
          rows={list.rows}
          columns={columns}
          rowId={({ alertId }) => alertId}
          rowName={name}
          isLong
          rowClass={(entry) => rowClass(entry, list.gone)}
          {...(mayHandle && { selection, onSelection: setSelected })}
          // All that was shown is gone, and what comes behind it is being read.
          empty={feed.next === null ? nothing : <Loading />}
        />
      </div>
      {open === 'shelve' && (
        <ShelveDialog
          count={selection.size}
          error={error}
          isBusy={step.isPending}
          onStep={(taken) => void take(taken, [...selection])}
          onClose={close}
        />
      )}
      {open === 'assign' && (
        <AssignDialog
          count={selection.size}
          error={error}
          isBusy={step.isPending}
          onStep={(taken) => void take(taken, [...selection])}
          onClose={close}
        />
      )}
      {open === 'shortcuts' && <ShortcutsDialog keys={keys} onClose={close} />}
    </div>
  );
}

/** A pointer that has rested for so long is not about to press anything. */
const RESTING_MS = 8_000;

function usePointing() {
  const [isPointing, setPointing] = useState(false);
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const onLeave = () => {
    window.clearTimeout(timer.current);
    setPointing(false);
  };
  const onMove = () => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setPointing(false), RESTING_MS);
    setPointing(true);
  };
  return { isPointing, onMove, onLeave };
}

function rowClass({ severity, acknowledgedBy, alertId }: AlertEntry, gone: ReadonlySet<string>): string {
  return [
    `alert-row--${severity}`,
    acknowledgedBy !== null && 'alert-row--seen',
    gone.has(alertId) && 'alert-row--gone',
  ]
    .filter(Boolean)
    .join(' ');
}

function OrderChoice(): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const [params] = useSearchParams();
  const [, setOrder] = useUrlParam('order');
  const names = { severity: t.orderSeverity, newest: t.orderNewest, oldest: t.orderOldest };
  return (
    <label className="order-choice">
      <span className="muted">{t.order}</span>
      <select
        value={orderOf(params)}
        onChange={(event) => setOrder(event.target.value === 'severity' ? null : event.target.value)}
      >
        {ORDERS.map((order) => (
          <option key={order} value={order}>
            {names[order]}
          </option>
        ))}
      </select>
    </label>
  );
}

function CountText({ feed: { alerts, next } }: { readonly feed: AlertFeed }): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const formats = useFormats();
  const text =
    alerts.length === 1
      ? t.countOne
      : fill(next === null ? t.count : t.countAtLeast, { n: formats.number(alerts.length) });
  return <p className="muted">{text}</p>;
}

function NewsBar({
  news,
  gone,
  onShow,
}: {
  readonly news: number;
  readonly gone: number;
  readonly onShow: () => void;
}): ReactElement | null {
  const t = useTexts(ALERT_TEXTS);
  if (news === 0 && gone === 0) return null;
  const text = [news > 0 && fill(t.news, { n: news }), gone > 0 && fill(t.ended, { n: gone })]
    .filter(Boolean)
    .join(', ');
  return (
    <div className="news-bar" title={t.heldWhy}>
      <span>{text}</span>
      <Button kind="tertiary" onClick={onShow}>
        {t.showNews}
      </Button>
    </div>
  );
}

function useColumns({
  gone,
  mayHandle,
  onAcknowledge,
}: {
  readonly gone: ReadonlySet<string>;
  readonly mayHandle: boolean;
  readonly onAcknowledge: (alertId: string) => void;
}): readonly Column<AlertEntry>[] {
  const t = useTexts(ALERT_TEXTS);
  const name = useAlertName();
  return [
    {
      id: 'severity',
      title: t.severity,
      className: 'col-severity',
      hideOnPhone: true,
      cell: ({ severity }) => <SeverityBadge severity={severity} />,
    },
    {
      id: 'alert',
      title: t.alert,
      className: 'col-alert',
      cell: (entry) => <AlertCell entry={entry} />,
    },
    {
      id: 'where',
      title: t.where,
      className: 'col-where',
      hideOnPhone: true,
      cell: (entry) => <AlertPlaceCell entry={entry} />,
    },
    {
      id: 'raised',
      title: t.raised,
      className: 'col-raised',
      cell: ({ raisedAt }) => <RelativeTime time={raisedAt} />,
    },
    {
      id: 'job',
      title: t.job,
      className: 'col-job',
      hideOnPhone: true,
      cell: (entry) => <AlertJobCell entry={entry} />,
    },
    {
      id: 'state',
      title: t.state,
      className: 'col-state',
      hideOnPhone: true,
      cell: (entry) => {
        const isWaiting = entry.open && entry.acknowledgedBy === null && entry.suppression === null;
        if (gone.has(entry.alertId)) return <Badge>{t.isGone}</Badge>;
        if (!mayHandle || !isWaiting) return <AlertStateText entry={entry} />;
        return (
          <Button
            className="button--row"
            aria-label={fill(t.acknowledgeOne, { name: name(entry) })}
            onClick={() => onAcknowledge(entry.alertId)}
          >
            {t.acknowledge}
          </Button>
        );
      },
    },
  ];
}

interface ListKeys {
  readonly selection: ReadonlySet<string>;
  readonly setSelected: (selection: ReadonlySet<string>) => void;
  readonly setOpen: (open: Open) => void;
  readonly acknowledge: (ids: readonly string[]) => void;
  readonly release: () => void;
  readonly mayHandle: boolean;
}

/** Keys for who works through a list, with what they mean. */
function useListKeys({
  selection,
  setSelected,
  setOpen,
  acknowledge,
  release,
  mayHandle,
}: ListKeys): readonly (readonly [string, string])[] {
  const t = useTexts(ALERT_TEXTS);
  const acted = () => {
    const focused = focusedAlert();
    return selection.size > 0 ? [...selection] : focused === null ? [] : [focused];
  };
  const openFor = (dialog: 'shelve' | 'assign') => {
    const ids = acted();
    if (ids.length === 0) return;
    setSelected(new Set(ids));
    setOpen(dialog);
  };
  const handling = {
    x: () => {
      const focused = focusedAlert();
      if (focused === null) return;
      const next = new Set(selection);
      if (!next.delete(focused)) next.add(focused);
      setSelected(next);
    },
    a: () => acknowledge(acted()),
    s: () => openFor('shelve'),
    z: () => openFor('assign'),
  };
  useShortcuts({
    j: () => focusNext(1),
    k: () => focusNext(-1),
    u: release,
    '?': () => setOpen('shortcuts'),
    ...(mayHandle && handling),
  });
  const meanings: readonly (readonly [string, string])[] = [
    ['j', t.keyNext],
    ['k', t.keyPrevious],
    ['x', t.keySelect],
    ['a', t.keyAcknowledge],
    ['s', t.keyShelve],
    ['z', t.keyAssign],
    ['u', t.keyNews],
    ['?', t.keyHelp],
  ];
  return mayHandle ? meanings : meanings.filter(([key]) => !(key in handling));
}

const TITLES = '.alert-list [data-alert]';

/** The alert of the row that has the focus. */
function focusedAlert(): string | null {
  const row = document.activeElement?.closest('tr');
  return row?.querySelector<HTMLElement>('[data-alert]')?.dataset['alert'] ?? null;
}

function focusNext(side: 1 | -1): void {
  const titles = [...document.querySelectorAll<HTMLElement>(TITLES)];
  const focused = focusedAlert();
  const at = titles.findIndex(({ dataset }) => dataset['alert'] === focused);
  const next = titles[at < 0 ? 0 : at + side];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

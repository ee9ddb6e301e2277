import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { useDepartmentName } from '../api/departments.ts';
import type { ListedJob } from '../api/types.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { JobStateBadge, PriorityBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { LoadMore } from '../ui/load-more.tsx';
import { PhoneLine } from '../ui/phone-line.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { Due } from './due.tsx';
import { type Action, actionsOf } from './job-actions.ts';
import { type JobFilter, useJobs } from './job-queries.ts';
import { JOB_TEXTS } from './texts.ts';
import { Where } from './where.tsx';

/** Jobs one below the other, what is due first first. The server has the order, so the head sorts nothing. */
export function JobList({
  filter,
  onAct,
}: {
  readonly filter: JobFilter;
  readonly onAct: (job: ListedJob, action: Action | null) => void;
}): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const columns = useColumns(onAct);
  const query = useJobs({ ...filter, order: 'due' });
  if (query.isPending) return <Loading />;
  if (query.data === undefined) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <>
      <DataTable
        caption={t.jobs}
        rows={query.data.pages.flatMap(({ items }) => items)}
        columns={columns}
        rowId={({ jobId }) => jobId}
        empty={
          <Empty title={t.noJobs}>
            <p>{t.noJobsHelp}</p>
          </Empty>
        }
      />
      <LoadMore hasMore={query.hasNextPage} busy={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
    </>
  );
}

function useColumns(onAct: (job: ListedJob, action: Action | null) => void): readonly Column<ListedJob>[] {
  const t = useTexts(JOB_TEXTS);
  const ui = useTexts(UI_TEXTS);
  const pick = usePick();
  const caller = useCaller();
  const departmentName = useDepartmentName();
  return [
    { id: 'number', title: t.number, cell: ({ number }) => number, isNumeric: true, hideOnPhone: true },
    {
      id: 'what',
      title: t.what,
      cell: (job) => (
        <>
          <Link to={`/jobs/${job.jobId}`}>{pick(job.title)}</Link>
          <br />
          <Where job={job} />
          <PhoneLine>
            {[`#${job.number}`, ui[job.state], ui[job.priority], job.assignee].filter(Boolean).join(', ')}
          </PhoneLine>
        </>
      ),
    },
    { id: 'state', title: t.state, cell: ({ state }) => <JobStateBadge state={state} />, hideOnPhone: true },
    {
      id: 'priority',
      title: t.priority,
      cell: ({ priority }) => <PriorityBadge priority={priority} />,
      hideOnPhone: true,
    },
    { id: 'due', title: t.due, cell: (job) => <Due job={job} /> },
    {
      id: 'department',
      title: t.department,
      cell: ({ department }) => departmentName(department),
      hideOnPhone: true,
    },
    { id: 'assignee', title: t.assignee, cell: ({ assignee }) => assignee ?? t.nobody, hideOnPhone: true },
    {
      id: 'actions',
      title: t.actions,
      cell: (job) =>
        actionsOf(job, caller).length > 0 && (
          <Button
            kind="tertiary"
            onClick={() => onAct(job, null)}
            aria-label={fill(t.moreActionsOf, { number: job.number })}
          >
            {t.moreActions}
          </Button>
        ),
    },
  ];
}

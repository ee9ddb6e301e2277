import { type ReactElement, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useDepartments } from '../api/departments.ts';
import { useDistricts } from '../api/districts.ts';
import type { JobState, ListedJob } from '../api/types.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { type Filter, FilterBar } from '../ui/filter-bar.tsx';
import { Page } from '../ui/page.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { useUrlParam } from '../ui/url-state.ts';
import { Board } from './board.tsx';
import type { Action } from './job-actions.ts';
import { JobDialog } from './job-dialog.tsx';
import { JobList } from './job-list.tsx';
import { type JobFilter, useJobCounts, useOrganisation } from './job-queries.ts';
import './jobs.css';
import { NewJobDialog } from './new-job-dialog.tsx';
import { JOB_TEXTS } from './texts.ts';

const STATES = [
  'open',
  'assigned',
  'inProgress',
  'waiting',
  'done',
  'verified',
  'cancelled',
] as const satisfies readonly JobState[];
const FILTERS = ['department', 'crew', 'district', 'text'] as const;

/** Board and list of jobs, with filters that stand in the address. */
export default function JobsPage(): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const caller = useCaller();
  const [view, setView] = useUrlParam('view');
  const [isNew, setNew] = useUrlParam('new');
  const [acting, setActing] = useState<{ readonly job: ListedJob; readonly action: Action | null } | null>(null);
  const filter = useJobFilter();
  const { data: counts } = useJobCounts(filter);
  const listFilter = useStateFilter(filter);
  const isList = view === 'list';
  const act = (job: ListedJob, action: Action | null) => setActing({ job, action });
  return (
    <Page
      title={t.jobs}
      isWide
      subtitle={
        counts && counts.overdue > 0 ? (
          <Badge tone="danger" icon="triangle">
            {fill(t.overdueCount, { n: counts.overdue })}
          </Badge>
        ) : undefined
      }
      actions={
        <>
          <div className="view-switch" role="group" aria-label={t.views}>
            <Button aria-pressed={!isList} onClick={() => setView(null)}>
              {t.board}
            </Button>
            <Button aria-pressed={isList} onClick={() => setView('list')}>
              {t.list}
            </Button>
          </div>
          {caller.may('jobs.dispatch') && (
            <Button kind="primary" onClick={() => setNew('1')}>
              {t.newJob}
            </Button>
          )}
        </>
      }
    >
      <JobFilters withState={isList} />
      {isList ? <JobList filter={listFilter} onAct={act} /> : <Board filter={filter} counts={counts} onAct={act} />}
      {acting && <JobDialog job={acting.job} action={acting.action} onClose={() => setActing(null)} />}
      {isNew !== null && <NewJobDialog onClose={() => setNew(null)} />}
    </Page>
  );
}

function useJobFilter(): JobFilter {
  const [params] = useSearchParams();
  return useMemo(() => {
    const filter: Record<string, string> = {};
    for (const name of FILTERS) {
      const value = params.get(name);
      if (value) filter[name] = value;
    }
    if (params.get('show') === 'mine') filter['mine'] = 'true';
    if (params.get('show') === 'overdue') filter['overdue'] = 'true';
    return filter;
  }, [params]);
}

/** Of the list, where it is not by columns. */
function useStateFilter(filter: JobFilter): JobFilter {
  const [state] = useUrlParam('state');
  return useMemo(() => ({ ...filter, state: state ?? 'open,assigned,inProgress,waiting' }), [filter, state]);
}

function JobFilters({ withState }: { readonly withState: boolean }): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const words = useTexts(UI_TEXTS);
  const pick = usePick();
  const { data: departments = [] } = useDepartments();
  const { data: organisation } = useOrganisation();
  const [department] = useUrlParam('department');
  const [district] = useUrlParam('district');
  const districts = useDistricts(district);
  const crews = organisation?.departments.find(({ departmentId }) => departmentId === department)?.crews ?? [];
  const filters: Filter[] = [
    { kind: 'text', name: 'text', label: t.search, placeholder: t.searchHint },
    {
      kind: 'choice',
      name: 'department',
      label: t.department,
      options: departments.map(({ departmentId, name }) => ({ value: departmentId, label: pick(name) })),
    },
  ];
  if (crews.length > 0) {
    const options = crews.map(({ crewId, name }) => ({ value: crewId, label: pick(name) }));
    filters.push({ kind: 'choice', name: 'crew', label: t.crew, options });
  }
  if (withState) {
    const options = STATES.map((state) => ({ value: state, label: words[state] }));
    filters.push({ kind: 'choice', name: 'state', label: t.state, options });
  }
  filters.push(
    { kind: 'choice', name: 'district', label: t.district, options: districts },
    {
      kind: 'choice',
      name: 'show',
      label: t.show,
      options: [
        { value: 'mine', label: t.mine },
        { value: 'overdue', label: t.overdueOnly },
      ],
    },
  );
  return <FilterBar filters={filters} />;
}

import { type DragEvent, type ReactElement, useState } from 'react';
import type { JobCounts, JobState, ListedJob } from '../api/types.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { LoadMore } from '../ui/load-more.tsx';
import { Failed, Loading } from '../ui/states.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { type Action, actionsOf, COLUMN_ACTIONS } from './job-actions.ts';
import { JobCard } from './job-card.tsx';
import { type JobFilter, useJobs } from './job-queries.ts';
import { JOB_TEXTS } from './texts.ts';

const COLUMNS = [
  'open',
  'assigned',
  'inProgress',
  'waiting',
  'done',
  'verified',
] as const satisfies readonly JobState[];

export interface BoardProps {
  readonly filter: JobFilter;
  readonly counts: JobCounts | undefined;
  readonly onAct: (job: ListedJob, action: Action | null) => void;
}

/** Jobs in columns by their state. Cards can be drawn to another column; their buttons do the same. */
export function Board({ filter, counts, onAct }: BoardProps): ReactElement {
  const [dragged, setDragged] = useState<ListedJob | null>(null);
  return (
    <div className="board">
      {COLUMNS.map((state) => (
        <BoardColumn
          key={state}
          state={state}
          filter={filter}
          count={counts?.states[state]}
          dragged={dragged}
          onDrag={setDragged}
          onAct={onAct}
        />
      ))}
    </div>
  );
}

interface BoardColumnProps extends Pick<BoardProps, 'filter' | 'onAct'> {
  readonly state: JobState;
  readonly count: number | undefined;
  readonly dragged: ListedJob | null;
  readonly onDrag: (job: ListedJob | null) => void;
}

function BoardColumn({ state, filter, count, dragged, onDrag, onAct }: BoardColumnProps): ReactElement {
  const words = useTexts(UI_TEXTS);
  const t = useTexts(JOB_TEXTS);
  const caller = useCaller();
  const [isOver, setOver] = useState(false);
  const isEnd = state === 'done' || state === 'verified';
  // What is to be done by its due time; what is done by when it came, the newest first.
  const query = useJobs({ ...filter, state, order: isEnd ? 'newest' : 'due' });
  const jobs = (query.data?.pages.flatMap(({ items }) => items) ?? []).filter((job) => job.state === state);
  const action = COLUMN_ACTIONS[state];
  const takes = dragged && dragged.state !== state && action && actionsOf(dragged, caller).includes(action);
  const over = (event: DragEvent) => {
    if (!takes) return;
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (dragged && action) onAct(dragged, action);
  };
  return (
    <section
      className={`board__column ${takes ? 'board__column--takes' : ''} ${isOver && takes ? 'board__column--over' : ''}`}
      aria-labelledby={`column-${state}`}
      onDragOver={over}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <h2 className="board__title" id={`column-${state}`}>
        {words[state]} {count !== undefined && <span className="board__count">{count}</span>}
      </h2>
      {takes && <p className="board__hint">{fill(t.dropHere, { action: t[action] })}</p>}
      {query.isPending && <Loading lines={3} />}
      {query.isError && query.data === undefined && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && jobs.length === 0 && <p className="board__empty">{isEnd ? t.nothingYet : t.allDone}</p>}
      {jobs.length > 0 && (
        <ul className="board__cards">
          {jobs.map((job) => (
            <JobCard key={job.jobId} job={job} onAct={onAct} onDrag={onDrag} />
          ))}
        </ul>
      )}
      <LoadMore hasMore={query.hasNextPage} busy={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
    </section>
  );
}

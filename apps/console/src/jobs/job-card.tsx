import type { DragEvent, ReactElement } from 'react';
import { Link } from 'react-router';
import type { ListedJob } from '../api/types.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { PriorityBadge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { Due } from './due.tsx';
import { type Action, actionsOf } from './job-actions.ts';
import { JOB_TEXTS } from './texts.ts';
import { Where } from './where.tsx';

/** A job on the board: what, where, until when, who; its next step, and everything else behind "more". */
export function JobCard({
  job,
  onAct,
  onDrag,
}: {
  readonly job: ListedJob;
  /** null: the person has yet to choose what. */
  readonly onAct: (job: ListedJob, action: Action | null) => void;
  readonly onDrag: (job: ListedJob | null) => void;
}): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const pick = usePick();
  const caller = useCaller();
  const actions = actionsOf(job, caller);
  const [next] = actions;
  const { number, priority, assignee, waitingFor } = job;
  const begin = (event: DragEvent) => {
    event.dataTransfer.setData('text/plain', job.jobId);
    event.dataTransfer.effectAllowed = 'move';
    onDrag(job);
  };
  return (
    <li className="job-card" draggable={actions.length > 0} onDragStart={begin} onDragEnd={() => onDrag(null)}>
      <div className="job-card__head">
        <span className="job-number">#{number}</span>
        {(priority === 'urgent' || priority === 'high') && <PriorityBadge priority={priority} />}
      </div>
      <h3 className="job-card__title">
        <Link to={`/jobs/${job.jobId}`}>{pick(job.title)}</Link>
      </h3>
      <p className="job-card__line">
        <Where job={job} />
      </p>
      <p className="job-card__line job-card__facts">
        <Due job={job} />
        {assignee !== null && (
          <span className="job-person">
            <Icon name="account" />
            {assignee}
          </span>
        )}
      </p>
      {waitingFor !== null && <p className="job-card__line">{fill(t.waitsFor, { reason: waitingFor })}</p>}
      {next && (
        <div className="job-card__actions">
          <Button onClick={() => onAct(job, next)} aria-label={fill(t.actionOf, { action: t[next], number })}>
            {t[next]}
          </Button>
          {actions.length > 1 && (
            <Button kind="tertiary" onClick={() => onAct(job, null)} aria-label={fill(t.moreActionsOf, { number })}>
              {t.moreActions}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}

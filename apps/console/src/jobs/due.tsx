import { isActive } from '@stadtfunk/maintenance';
import type { ReactElement } from 'react';
import type { Job } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { Icon } from '../ui/icons.tsx';
import { useNow } from '../ui/time.tsx';
import { JOB_TEXTS } from './texts.ts';

export function isOverdue({ state, dueAt }: Pick<Job, 'state' | 'dueAt'>, now: number): boolean {
  return isActive(state) && dueAt !== null && Date.parse(dueAt) < now;
}

/** Until when, in words; what is late says so, with a symbol and a colour besides. */
export function Due({ job }: { readonly job: Pick<Job, 'state' | 'dueAt'> }): ReactElement | null {
  const t = useTexts(JOB_TEXTS);
  const formats = useFormats();
  const now = useNow();
  const { dueAt, state } = job;
  if (dueAt === null) return isActive(state) ? <span className="job-due">{t.someDay}</span> : null;
  const isLate = isOverdue(job, now);
  const when = isActive(state) ? formats.relative(dueAt, now) : formats.exact(dueAt);
  return (
    <time className={`job-due ${isLate ? 'job-due--late' : ''}`} dateTime={dueAt} title={formats.precise(dueAt)}>
      {isLate && <Icon name="triangle" />}
      {fill(isLate ? t.overdueSince : t.dueIn, { when })}
    </time>
  );
}

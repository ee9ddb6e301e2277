import type { ReactElement } from 'react';
import { useDepartmentName } from '../api/departments.ts';
import type { Job } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { useTexts } from '../i18n/texts.ts';
import { Notice } from '../ui/notice.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { JOB_TEXTS } from './texts.ts';

/** What somebody else has changed while a person was typing. */
export function Conflict({
  before,
  now,
  isStuck,
}: {
  readonly before: Job;
  readonly now: Job;
  /** What the person wants is not possible any more. */
  readonly isStuck: boolean;
}): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const changes = useChanges(before, now);
  return (
    <Notice kind="warning" title={t.conflict}>
      <p>{t.conflictHelp}</p>
      <ul className="conflict__changes">
        {changes.map(([name, from, to]) => (
          <li key={name}>
            <strong>{name}:</strong> <del>{from}</del> → <ins>{to}</ins>
          </li>
        ))}
      </ul>
      {isStuck && <p>{t.conflictStuck}</p>}
    </Notice>
  );
}

function useChanges(before: Job, now: Job): readonly (readonly [name: string, from: string, to: string])[] {
  const t = useTexts(JOB_TEXTS);
  const words = useTexts(UI_TEXTS);
  const formats = useFormats();
  const departmentName = useDepartmentName();
  const sides = (of: (job: Job) => string) => [of(before), of(now)] as const;
  const rows = [
    [t.state, ...sides(({ state }) => words[state])],
    [t.assignee, ...sides(({ assignee }) => assignee ?? t.nobody)],
    [t.department, ...sides(({ department }) => departmentName(department))],
    [t.crew, ...sides(({ crew }) => crew ?? t.noCrew)],
    [t.priority, ...sides(({ priority }) => words[priority])],
    [t.due, ...sides(({ dueAt }) => (dueAt === null ? t.someDay : formats.exact(dueAt)))],
    [t.waitReason, ...sides(({ waitingFor }) => waitingFor ?? '–')],
    [t.tags, ...sides(({ tags }) => tags.join(', ') || '–')],
  ] as const;
  return rows.filter(([, from, to]) => from !== to);
}

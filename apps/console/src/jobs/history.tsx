import type { ReactElement } from 'react';
import { useRuleTitle } from '../alerts/rule-titles.ts';
import { useDepartmentName } from '../api/departments.ts';
import type { JobDetail } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { useScheduleWords } from '../quality/schedule-words.ts';
import { ExactTime } from '../ui/time.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { escalationIn } from './escalation-note.ts';
import { ACTOR_TEXTS, EVENT_TEXTS, JOB_TEXTS } from './texts.ts';

type Entry = JobDetail['history'][number];

/** What was done to a job, by whom, the newest first. */
export function History({ job }: { readonly job: Pick<JobDetail, 'history'> }): ReactElement {
  return (
    <ol className="history" reversed>
      {job.history.toReversed().map((entry, index) => (
        <li key={job.history.length - index} className="history__entry">
          <HistoryEntry entry={entry} />
        </li>
      ))}
    </ol>
  );
}

function HistoryEntry({ entry }: { readonly entry: Entry }): ReactElement {
  const events = useTexts(EVENT_TEXTS);
  const words = useTexts(UI_TEXTS);
  const changes = useChangeTexts(entry);
  const actor = useActorName(entry.actor);
  return (
    <>
      <p className="history__line">
        <strong>{actor}</strong> {events[entry.action]}
        {entry.from !== entry.to && entry.from !== null && <span> → {words[entry.to]}</span>}
        <span className="history__time">
          <ExactTime time={entry.at} />
        </span>
      </p>
      {changes.length > 0 && <p className="history__changes">{changes.join('; ')}</p>}
      {entry.note !== null && <Note entry={{ ...entry, note: entry.note }} />}
    </>
  );
}

/** What a person noted; or whom a schedule told, in the words of the page. */
function Note({ entry: { actor, note } }: { readonly entry: Entry & { readonly note: string } }): ReactElement {
  const t = useTexts(ACTOR_TEXTS);
  const step = actor.startsWith('schedule:') ? escalationIn(note) : null;
  if (!step) return <p className="history__note">{note}</p>;
  const who = step.told.map(({ name, role }) => `${name} (${isRole(role) ? t[role] : role})`).join(', ');
  return <p className="history__note">{fill(t.step, { n: step.step, who: who === '' ? t.nobodyToTell : who })}</p>;
}

const isRole = (role: string) => role === 'onCall' || role === 'lead' || role === 'person';

/** `sensor:abc` is the sensor abc; everything else is the name of a person. */
function useActorName(actor: string): string {
  const t = useTexts(ACTOR_TEXTS);
  const ruleTitle = useRuleTitle();
  const schedule = useScheduleWords();
  const [, kind, id] = /^(sensor|rule|schedule|handover):(.+)$/.exec(actor) ?? [];
  if (kind === 'rule' && id) return fill(t.rule, { id: `„${ruleTitle(id)}“` });
  if (kind === 'schedule' && id) return fill(t.schedule, { id: `„${schedule.name(id)}“` });
  return kind && id ? fill(t[kind as keyof typeof ACTOR_TEXTS], { id }) : actor;
}

function useChangeTexts({ changes }: Entry): readonly string[] {
  const t = useTexts(JOB_TEXTS);
  const words = useTexts(UI_TEXTS);
  const formats = useFormats();
  const departmentName = useDepartmentName();
  if (changes === null) return [];
  const { department, crew, assignee, priority, dueAt, setTags, unsetTags } = changes;
  return [
    department !== undefined && `${t.department}: ${departmentName(department)}`,
    crew !== undefined && `${t.crew}: ${crew ?? t.noCrew}`,
    assignee !== undefined && `${t.assignee}: ${assignee ?? t.nobody}`,
    priority !== undefined && `${t.priority}: ${words[priority]}`,
    dueAt !== undefined && `${t.due}: ${dueAt === null ? t.someDay : formats.exact(dueAt)}`,
    setTags && `${t.tags}: + ${setTags.join(', ')}`,
    unsetTags && `${t.tags}: − ${unsetTags.join(', ')}`,
  ].filter((text) => typeof text === 'string');
}

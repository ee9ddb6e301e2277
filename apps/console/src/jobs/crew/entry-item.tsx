import { moveJob } from '@stadtfunk/maintenance';
import { type ReactElement, useState } from 'react';
import { detailIn } from '../../api/problem-texts.ts';
import { useFormats } from '../../i18n/formats.ts';
import { useLanguage } from '../../i18n/language.ts';
import { fill, useTexts } from '../../i18n/texts.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { UI_TEXTS } from '../../ui/texts.ts';
import { Preview } from '../photo-picker.tsx';
import { JOB_TEXTS } from '../texts.ts';
import { dropEntry, sendAnyway, sendAsComment, useCrew } from './crew-store.ts';
import { type Entry, isBehind } from './outbox.ts';
import { CREW_TEXTS } from './texts.ts';

/** Something that has yet to be sent, how it fares, and what one may decide about it. */
export function EntryItem({ entry }: { readonly entry: Entry }): ReactElement {
  const t = useTexts(CREW_TEXTS);
  const formats = useFormats();
  const { deed, jobNumber, madeAt } = entry;
  return (
    <li className="crew-entry">
      <p className="crew-entry__head">
        <strong>
          #{jobNumber} {deed.kind === 'move' ? t[deed.move] : deed.kind === 'photo' ? t.entryPhoto : t.entryComment}
        </strong>
        <EntryState entry={entry} />
      </p>
      {deed.kind === 'photo' ? (
        <Preview photo={deed.photo} />
      ) : (
        deed.note !== '' && <p className="job-text">{deed.note}</p>
      )}
      <p className="muted">{formats.exact(new Date(madeAt).toISOString())}</p>
      {entry.state !== 'waiting' && <Decision entry={entry} />}
    </li>
  );
}

function EntryState({ entry }: { readonly entry: Entry }): ReactElement {
  const t = useTexts(CREW_TEXTS);
  const { entries, sendingId } = useCrew();
  const [text, tone]: readonly [string, Tone] =
    entry.state === 'conflict'
      ? [t.stateConflict, 'warning']
      : entry.state === 'refused'
        ? [t.stateRefused, 'danger']
        : entry.id === sendingId
          ? [t.stateSending, 'info']
          : [isBehind(entries, entry) ? t.stateBehind : t.stateWaiting, 'neutral'];
  return <Badge tone={tone}>{text}</Badge>;
}

/** Somebody else was quicker, or the server does not take it: nothing is lost until the person says so. */
function Decision({ entry }: { readonly entry: Entry }): ReactElement {
  const t = useTexts(CREW_TEXTS);
  const words = useTexts(UI_TEXTS);
  const jobTexts = useTexts(JOB_TEXTS);
  const [isDropping, setDropping] = useState(false);
  const language = useLanguage();
  const { deed, problem, state } = entry;
  const job = problem?.job;
  const canSend = deed.kind !== 'move' || !job || moveJob(job.state, deed.move).ok;
  const note = deed.kind === 'move' ? [t[deed.move], deed.note].filter(Boolean).join(': ') : '';
  const who = job?.assignee ? `; ${jobTexts.assignee}: ${job.assignee}` : '';
  return (
    <div role="alert">
      <p>
        {state === 'conflict' && job
          ? fill(t.conflictNow, { state: words[job.state], who })
          : fill(t.refusedWhy, { detail: detailIn(language, { code: '', detail: '', ...problem }) })}
      </p>
      <p className="crew-entry__choices">
        {canSend && (
          <Button onClick={() => void sendAnyway(entry)}>{state === 'conflict' ? t.sendAnyway : t.retry}</Button>
        )}
        {note !== '' && <Button onClick={() => void sendAsComment(entry, note)}>{t.asComment}</Button>}
        <Button kind="tertiary" onClick={() => setDropping(true)}>
          {t.drop}
        </Button>
      </p>
      {isDropping && (
        <Dialog
          title={t.drop}
          onClose={() => setDropping(false)}
          footer={
            <>
              <Button onClick={() => setDropping(false)}>{words.cancel}</Button>
              <Button kind="primary" onClick={() => void dropEntry(entry)}>
                {t.drop}
              </Button>
            </>
          }
        >
          <p>{t.dropSure}</p>
        </Dialog>
      )}
    </div>
  );
}

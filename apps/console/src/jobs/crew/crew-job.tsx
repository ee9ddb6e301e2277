import { isActive } from '@stadtfunk/maintenance';
import { type FormEvent, type ReactElement, useId, useRef, useState } from 'react';
import { Link, useParams } from 'react-router';
import type { ListedJob } from '../../api/types.ts';
import { fill, usePick, useTexts } from '../../i18n/texts.ts';
import { JobStateBadge, PriorityBadge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextArea } from '../../ui/field.tsx';
import { Icon, type IconName } from '../../ui/icons.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Loading } from '../../ui/states.tsx';
import { UI_TEXTS } from '../../ui/texts.ts';
import { toast } from '../../ui/toasts.tsx';
import { Due } from '../due.tsx';
import { PHOTO_TYPES } from '../photo-upload.ts';
import { JOB_TEXTS } from '../texts.ts';
import { geoLink, pointOf, Where, whereOf } from '../where.tsx';
import { doDeed, useCrew } from './crew-store.ts';
import { EntryItem } from './entry-item.tsx';
import { type Deed, foretold } from './outbox.ts';
import { shrinkPhoto } from './shrink-photo.ts';
import { CREW_TEXTS } from './texts.ts';

/** One job on a telephone: what and where above, what one can do at the thumb. */
export function CrewJob(): ReactElement {
  const t = useTexts(CREW_TEXTS);
  const { jobId } = useParams();
  const { jobs, entries, owner } = useCrew();
  const known = jobs.find((job) => job.jobId === jobId);
  if (owner === undefined) return <Loading lines={3} />;
  const own = entries.filter((entry) => entry.jobId === jobId);
  return (
    <>
      <p>
        <Link className="crew__back" to="/crew">
          ← {t.myJobs}
        </Link>
      </p>
      {known ? <JobFace job={foretold(known, entries)} /> : <h1 className="crew__title">{t.gone}</h1>}
      {own.length > 0 && (
        <section aria-label={t.outbox}>
          <h2 className="crew__subtitle">{t.outbox}</h2>
          <ul className="crew-entries">
            {own.map((entry) => (
              <EntryItem key={entry.id} entry={entry} />
            ))}
          </ul>
        </section>
      )}
      {known && <ActionBar job={foretold(known, entries)} />}
    </>
  );
}

function JobFace({ job }: { readonly job: ListedJob }): ReactElement {
  const t = useTexts(CREW_TEXTS);
  const words = useTexts(JOB_TEXTS);
  const pick = usePick();
  const point = pointOf(job);
  return (
    <article className="crew-face">
      <p className="crew-job__head">
        <span className="job-number">#{job.number}</span>
        <JobStateBadge state={job.state} />
        <PriorityBadge priority={job.priority} />
      </p>
      <h1 className="crew__title">{pick(job.title)}</h1>
      <p>
        <Due job={job} />
      </p>
      <p>
        <Where job={job} />
      </p>
      {point && (
        <a className="crew-face__map" href={geoLink(point, whereOf(job))}>
          <Icon name="situation" /> {t.map}
        </a>
      )}
      {job.waitingFor !== null && <p>{fill(words.waitsFor, { reason: job.waitingFor })}</p>}
      {job.description !== null && <p className="job-text">{job.description}</p>}
    </article>
  );
}

type Asking = 'wait' | 'done' | 'note';

function ActionBar({ job }: { readonly job: ListedJob }): ReactElement {
  const t = useTexts(CREW_TEXTS);
  const [asking, setAsking] = useState<Asking | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const keep = useKeep(job, setProblem);
  const isOpen = isActive(job.state);
  return (
    <>
      {problem !== null && <Notice kind="danger" title={problem} />}
      <div className="crew-actions" role="group" aria-label={t.actions}>
        {isOpen && job.state !== 'inProgress' && (
          <ActionButton
            icon="play"
            label={job.state === 'waiting' ? t.goOn : t.start}
            onClick={() => void keep({ kind: 'move', move: 'start', note: '' })}
          />
        )}
        {isOpen && job.state !== 'waiting' && (
          <ActionButton icon="pause" label={t.wait} onClick={() => setAsking('wait')} />
        )}
        <PhotoButton onPhoto={(photo) => keep({ kind: 'photo', photo })} onProblem={setProblem} />
        <ActionButton icon="pen" label={t.note} onClick={() => setAsking('note')} />
        {isOpen && <ActionButton icon="ok" label={t.done} isMain onClick={() => setAsking('done')} />}
      </div>
      {asking && <AskDialog key={asking} job={job} asking={asking} onKeep={keep} onClose={() => setAsking(null)} />}
    </>
  );
}

/** Keeps a deed on the device; says so, or why not. */
function useKeep(job: ListedJob, onProblem: (problem: string | null) => void): (deed: Deed) => Promise<boolean> {
  const t = useTexts(CREW_TEXTS);
  return async (deed) => {
    try {
      await doDeed(job, deed);
      onProblem(null);
      toast(t.kept);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof DOMException)) throw thrown;
      onProblem(t.storageFull);
      return false;
    }
  };
}

function ActionButton({
  icon,
  label,
  isMain = false,
  onClick,
}: {
  readonly icon: IconName;
  readonly label: string;
  readonly isMain?: boolean;
  readonly onClick: () => void;
}): ReactElement {
  return (
    <button type="button" className={`crew-action ${isMain ? 'crew-action--main' : ''}`} onClick={onClick}>
      <Icon name={icon} />
      <span>{label}</span>
    </button>
  );
}

function PhotoButton({
  onPhoto,
  onProblem,
}: {
  readonly onPhoto: (photo: Blob) => Promise<boolean>;
  readonly onProblem: (problem: string) => void;
}): ReactElement {
  const t = useTexts(CREW_TEXTS);
  const input = useRef<HTMLInputElement>(null);
  const take = async (file: File) => {
    const photo = await shrinkPhoto(file).catch(() => undefined);
    if (photo) await onPhoto(photo);
    else onProblem(t.photoNotRead);
  };
  return (
    <>
      <ActionButton icon="camera" label={t.photo} onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        hidden
        accept={PHOTO_TYPES.join(',')}
        capture="environment"
        aria-label={t.photo}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          target.value = '';
          if (file) void take(file);
        }}
      />
    </>
  );
}

function AskDialog({
  job,
  asking,
  onKeep,
  onClose,
}: {
  readonly job: ListedJob;
  readonly asking: Asking;
  readonly onKeep: (deed: Deed) => Promise<boolean>;
  readonly onClose: () => void;
}): ReactElement {
  const t = useTexts(CREW_TEXTS);
  const words = useTexts(JOB_TEXTS);
  const common = useTexts(UI_TEXTS);
  const formId = useId();
  const [note, setNote] = useState('');
  const [isMissing, setMissing] = useState(false);
  const isNeeded = asking !== 'done';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const text = note.trim();
    if (isNeeded && text === '') return setMissing(true);
    const deed: Deed = asking === 'note' ? { kind: 'comment', note: text } : { kind: 'move', move: asking, note: text };
    void onKeep(deed).then((isKept) => isKept && onClose());
  };
  return (
    <Dialog
      title={`${t[asking]}: #${job.number}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button kind="primary" type="submit" form={formId}>
            {asking === 'done' ? t.done : t.keep}
          </Button>
        </>
      }
    >
      <form id={formId} className="form" noValidate onSubmit={submit}>
        <TextArea
          label={asking === 'wait' ? words.waitReason : words.note}
          isOptional={!isNeeded}
          required={isNeeded}
          rows={4}
          maxLength={2000}
          value={note}
          error={isMissing && note.trim() === '' ? words.reasonNeeded : null}
          onChange={(event) => setNote(event.target.value)}
        />
      </form>
    </Dialog>
  );
}

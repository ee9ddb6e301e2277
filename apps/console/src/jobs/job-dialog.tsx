import { type FormEvent, type ReactElement, useId, useState } from 'react';
import type { Job, ListedJob } from '../api/types.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { useConsoleSettings } from '../shell/console-settings.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice } from '../ui/notice.tsx';
import { toast } from '../ui/toasts.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { ActionFields } from './action-fields.tsx';
import { Conflict } from './conflict.tsx';
import { type Action, actionsOf, isImmediate, isPossible } from './job-actions.ts';
import { bodyOf, draftOf, type FieldErrors, problemsOf } from './job-draft.ts';
import { type RefusedPhoto, usePhotoUpload } from './photo-upload.ts';
import { RefusedPhotos } from './refused-photos.tsx';
import { JOB_TEXTS } from './texts.ts';
import { jobInConflict, useJobChange } from './use-job-change.ts';
import { Where } from './where.tsx';

/**
 * What shall be done to a job: which step, then what it needs. Where somebody else was quicker it shows what has changed, and keeps
 * what was typed.
 */
export function JobDialog({
  job: seen,
  action: chosen,
  onClose,
}: {
  readonly job: ListedJob;
  /** null: the person has yet to choose. */
  readonly action: Action | null;
  readonly onClose: () => void;
}): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const words = useTexts(UI_TEXTS);
  const pick = usePick();
  const caller = useCaller();
  const { zone } = useConsoleSettings();
  const formId = useId();
  const [job, setJob] = useState<Job>(seen);
  const [action, setAction] = useState<Action | null>(chosen);
  const [draft, setDraft] = useState(() => draftOf(seen, zone));
  const [errors, setErrors] = useState<FieldErrors>({});
  const [photos, setPhotos] = useState<readonly File[]>([]);
  const [refused, setRefused] = useState<readonly RefusedPhoto[]>([]);
  const change = useJobChange(seen.jobId);
  const upload = usePhotoUpload(seen.jobId);
  const conflict = jobInConflict(change.error);
  const present = conflict ?? job;
  const isStuck = action !== null && !isPossible(present.state, action);
  const isBusy = change.isPending || upload.isPending;

  const run = async (wanted: Action, version: number) => {
    const problems = problemsOf(wanted, draft, present, zone, t);
    setErrors(problems);
    if (Object.keys(problems).length > 0) return;
    // Photos first: a job that is done shall have them. The same picture twice is one.
    const unfit = wanted === 'done' && photos.length > 0 ? await upload.mutateAsync(photos) : [];
    setRefused(unfit);
    if (unfit.length > 0) {
      // The person has to know before the job is done without them.
      setPhotos(photos.filter((photo) => !unfit.some((each) => each.photo === photo)));
      return;
    }
    const moved = await change.mutateAsync({ action: wanted, body: bodyOf(wanted, draft, present, zone), version });
    toast(fill(t.moved, { number: seen.number, state: words[moved.state] }));
    onClose();
  };
  // Failures stand in the dialog.
  const submit = (wanted: Action) => void run(wanted, present.version).catch(() => undefined);
  const keepAsComment = () =>
    void change.mutateAsync({ action: 'comment', body: { note: draft.note.trim() } }).then(onClose, () => undefined);

  if (action === null) {
    const choose = (wanted: Action) => (isImmediate(wanted) ? (setAction(wanted), submit(wanted)) : setAction(wanted));
    return (
      <Dialog title={fill(t.whatToDo, { number: seen.number })} onClose={onClose}>
        <p>
          <strong>{pick(seen.title)}</strong>, <Where job={seen} />
        </p>
        <ul className="choices">
          {actionsOf(seen, caller).map((each) => (
            <li key={each}>
              <Button onClick={() => choose(each)}>{t[each]}</Button>
            </li>
          ))}
        </ul>
      </Dialog>
    );
  }
  const canComment = isStuck && draft.note.trim() !== '';
  return (
    <Dialog
      title={fill(t.actionOf, { action: t[action], number: seen.number })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          {canComment && (
            <Button busy={isBusy} onClick={keepAsComment}>
              {t.keepAsComment}
            </Button>
          )}
          {!isStuck && (
            <Button kind="primary" type="submit" form={formId} busy={isBusy}>
              {conflict ? fill(t.applyAnyway, { action: t[action] }) : t[action]}
            </Button>
          )}
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="form"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          if (conflict) setJob(conflict);
          submit(action);
        }}
      >
        <p>
          <strong>{pick(seen.title)}</strong>, <Where job={seen} />
        </p>
        {conflict && <Conflict before={job} now={conflict} isStuck={isStuck} />}
        {!conflict && <ErrorNotice error={change.error ?? upload.error} />}
        <ActionFields
          action={action}
          job={present}
          draft={draft}
          errors={errors}
          photos={photos}
          onDraft={(part) => setDraft({ ...draft, ...part })}
          onPhotos={setPhotos}
        />
        <RefusedPhotos refused={refused} />
        {upload.progress && <p role="status">{fill(t.uploading, upload.progress)}</p>}
      </form>
    </Dialog>
  );
}

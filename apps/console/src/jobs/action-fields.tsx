import type { ReactElement } from 'react';
import { useDepartments } from '../api/departments.ts';
import type { Job, JobPriority } from '../api/types.ts';
import { usePick, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { Button } from '../ui/button.tsx';
import { Input, Select, TextArea } from '../ui/field.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import type { Action } from './job-actions.ts';
import { useOrganisation } from './job-queries.ts';
import { fromLocalInput, toLocalInput } from './local-time.ts';
import { PhotoPicker } from './photo-picker.tsx';
import { JOB_TEXTS } from './texts.ts';

export const PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const satisfies readonly JobPriority[];

/** What is being typed, for whatever step. */
export interface Draft {
  readonly note: string;
  readonly assignee: string;
  readonly department: string;
  /** Empty: none in particular. */
  readonly crew: string;
  readonly priority: JobPriority;
  /** As an input of type `datetime-local` has it; empty: some day. */
  readonly dueAt: string;
  readonly tags: string;
}

export type FieldErrors = Readonly<Partial<Record<'note' | 'assignee' | 'department' | 'all', string>>>;

export function draftOf({ assignee, department, crew, priority, dueAt, tags }: Job): Draft {
  return {
    note: '',
    assignee: assignee ?? '',
    department,
    crew: crew ?? '',
    priority,
    dueAt: dueAt === null ? '' : toLocalInput(dueAt),
    tags: tags.join(', '),
  };
}

type Told = { readonly [Name in keyof typeof JOB_TEXTS]: string };

export function problemsOf(action: Action, draft: Draft, job: Job, t: Told): FieldErrors {
  const hasNote = draft.note.trim() !== '';
  if (action === 'wait' && !hasNote) return { note: t.reasonNeeded };
  if (action === 'assign' && draft.assignee.trim() === '') return { assignee: t.whoNeeded };
  if (action === 'delegate') {
    const isElsewhere = Object.keys(targetOf(draft, job)).length > 0;
    return {
      ...(!hasNote && { note: t.reasonNeeded }),
      ...(!isElsewhere && { department: t.targetNeeded }),
    };
  }
  if (action === 'edit' && Object.keys(editOf(draft, job)).length === 0) return { all: t.nothingChanged };
  return {};
}

/** What the API is asked for. */
export function bodyOf(action: Action, draft: Draft, job: Job): Readonly<Record<string, unknown>> {
  const note = draft.note.trim();
  const noted = note === '' ? {} : { note };
  if (action === 'assign') return { ...noted, assignee: draft.assignee.trim() };
  if (action === 'delegate') return { ...noted, ...targetOf(draft, job) };
  if (action === 'edit') return { ...noted, ...editOf(draft, job) };
  return noted;
}

function targetOf({ department, crew, assignee }: Draft, job: Job): Readonly<Record<string, unknown>> {
  const isOther = department !== job.department;
  return {
    ...(isOther && { department }),
    ...((isOther ? crew !== '' : crew !== (job.crew ?? '')) && { crew: crew === '' ? null : crew }),
    ...(assignee.trim() !== '' && assignee.trim() !== job.assignee && { assignee: assignee.trim() }),
  };
}

function editOf({ priority, dueAt, tags }: Draft, job: Job): Readonly<Record<string, unknown>> {
  const wanted = [...new Set(tags.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '');
  const setTags = wanted.filter((tag) => !job.tags.includes(tag));
  const unsetTags = job.tags.filter((tag) => !wanted.includes(tag));
  return {
    ...(priority !== job.priority && { priority }),
    ...(dueAt !== (job.dueAt === null ? '' : toLocalInput(job.dueAt)) && { dueAt: fromLocalInput(dueAt) }),
    ...(setTags.length > 0 && { setTags }),
    ...(unsetTags.length > 0 && { unsetTags }),
  };
}

export interface ActionFieldsProps {
  readonly action: Action;
  readonly job: Job;
  readonly draft: Draft;
  readonly errors: FieldErrors;
  readonly photos: readonly File[];
  readonly onDraft: (part: Partial<Draft>) => void;
  readonly onPhotos: (photos: readonly File[]) => void;
}

/** What a step asks for. */
export function ActionFields(props: ActionFieldsProps): ReactElement {
  const { action, draft, errors, photos, onDraft, onPhotos } = props;
  const t = useTexts(JOB_TEXTS);
  const needsReason = action === 'wait' || action === 'delegate';
  return (
    <>
      {action === 'assign' && <Assignee {...props} />}
      {action === 'delegate' && <Target {...props} />}
      {action === 'edit' && <Edit {...props} />}
      {errors.all && (
        <p className="kern-error" role="alert">
          {errors.all}
        </p>
      )}
      <TextArea
        label={action === 'wait' ? t.waitReason : needsReason ? t.reason : t.note}
        isOptional={!needsReason}
        required={needsReason}
        maxLength={2000}
        value={draft.note}
        error={errors.note}
        onChange={(event) => onDraft({ note: event.target.value })}
      />
      {action === 'done' && <PhotoPicker photos={photos} onPhotos={onPhotos} />}
    </>
  );
}

function Assignee({ action, draft, errors, onDraft }: ActionFieldsProps): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const { name } = useCaller();
  return (
    <>
      <Input
        label={t.who}
        hint={t.whoHint}
        required={action === 'assign'}
        isOptional={action !== 'assign'}
        maxLength={200}
        autoComplete="off"
        value={draft.assignee}
        error={errors.assignee}
        onChange={(event) => onDraft({ assignee: event.target.value })}
      />
      <Button kind="tertiary" onClick={() => onDraft({ assignee: name })}>
        {t.toMe}
      </Button>
    </>
  );
}

function Target(props: ActionFieldsProps): ReactElement {
  const { draft, errors, onDraft } = props;
  const t = useTexts(JOB_TEXTS);
  const pick = usePick();
  const { data: departments = [] } = useDepartments();
  return (
    <>
      <Select
        label={t.department}
        value={draft.department}
        error={errors.department}
        options={departments.map(({ departmentId, name }) => ({ value: departmentId, label: pick(name) }))}
        onChange={(event) => onDraft({ department: event.target.value, crew: '' })}
      />
      <CrewSelect department={draft.department} value={draft.crew} onChange={(crew) => onDraft({ crew })} />
      <Assignee {...props} />
    </>
  );
}

/** The crews of a department; nothing where it has none. */
export function CrewSelect({
  department,
  value,
  none,
  onChange,
}: {
  readonly department: string;
  readonly value: string;
  /** What leaving it out means. */
  readonly none?: string;
  readonly onChange: (crew: string) => void;
}): ReactElement | null {
  const t = useTexts(JOB_TEXTS);
  const pick = usePick();
  const { data: organisation } = useOrganisation();
  const crews = organisation?.departments.find(({ departmentId }) => departmentId === department)?.crews ?? [];
  if (crews.length === 0) return null;
  return (
    <Select
      label={t.crew}
      value={value}
      options={[
        { value: '', label: none ?? t.noCrew },
        ...crews.map(({ crewId, name }) => ({ value: crewId, label: pick(name) })),
      ]}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

function Edit({ draft, onDraft }: ActionFieldsProps): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const words = useTexts(UI_TEXTS);
  return (
    <>
      <Select
        label={t.priority}
        value={draft.priority}
        options={PRIORITIES.map((priority) => ({ value: priority, label: words[priority] }))}
        onChange={(event) => onDraft({ priority: event.target.value as JobPriority })}
      />
      <Input
        label={t.dueAt}
        hint={t.dueAtHint}
        type="datetime-local"
        value={draft.dueAt}
        onChange={(event) => onDraft({ dueAt: event.target.value })}
      />
      <Input
        label={t.tags}
        hint={t.tagsHint}
        isOptional
        maxLength={800}
        autoComplete="off"
        value={draft.tags}
        onChange={(event) => onDraft({ tags: event.target.value })}
      />
    </>
  );
}

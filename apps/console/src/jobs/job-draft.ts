import type { Job, JobPriority } from '../api/types.ts';
import { isoOfLocalField, toLocalField } from '../i18n/local-time.ts';
import type { Action } from './job-actions.ts';
import type { JOB_TEXTS } from './texts.ts';

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

/** @param zone of the city: what is typed are its times, wherever the browser is */
export function draftOf({ assignee, department, crew, priority, dueAt, tags }: Job, zone: string): Draft {
  return {
    note: '',
    assignee: assignee ?? '',
    department,
    crew: crew ?? '',
    priority,
    dueAt: dueField(dueAt, zone),
    tags: tags.join(', '),
  };
}

function dueField(dueAt: string | null, zone: string): string {
  return dueAt === null ? '' : toLocalField(Date.parse(dueAt), zone);
}

type Told = { readonly [Name in keyof typeof JOB_TEXTS]: string };

export function problemsOf(action: Action, draft: Draft, job: Job, zone: string, t: Told): FieldErrors {
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
  if (action === 'edit' && Object.keys(editOf(draft, job, zone)).length === 0) return { all: t.nothingChanged };
  return {};
}

/** What the API is asked for. */
export function bodyOf(action: Action, draft: Draft, job: Job, zone: string): Readonly<Record<string, unknown>> {
  const note = draft.note.trim();
  const noted = note === '' ? {} : { note };
  if (action === 'assign') return { ...noted, assignee: draft.assignee.trim() };
  if (action === 'delegate') return { ...noted, ...targetOf(draft, job) };
  if (action === 'edit') return { ...noted, ...editOf(draft, job, zone) };
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

function editOf({ priority, dueAt, tags }: Draft, job: Job, zone: string): Readonly<Record<string, unknown>> {
  const wanted = [...new Set(tags.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '');
  const setTags = wanted.filter((tag) => !job.tags.includes(tag));
  const unsetTags = job.tags.filter((tag) => !wanted.includes(tag));
  return {
    ...(priority !== job.priority && { priority }),
    ...(dueAt !== dueField(job.dueAt, zone) && { dueAt: isoOfLocalField(dueAt, zone) }),
    ...(setTags.length > 0 && { setTags }),
    ...(unsetTags.length > 0 && { unsetTags }),
  };
}

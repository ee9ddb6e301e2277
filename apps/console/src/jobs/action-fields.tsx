import type { ReactElement } from 'react';
import { useDepartments } from '../api/departments.ts';
import type { Job, JobPriority } from '../api/types.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { useConsoleSettings } from '../shell/console-settings.ts';
import { Button } from '../ui/button.tsx';
import { Input, Select, TextArea } from '../ui/field.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import type { Action } from './job-actions.ts';
import type { Draft, FieldErrors } from './job-draft.ts';
import { useOrganisation } from './job-queries.ts';
import { PhotoPicker } from './photo-picker.tsx';
import { JOB_TEXTS } from './texts.ts';

export const PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const satisfies readonly JobPriority[];

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
  const { zone } = useConsoleSettings();
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
        hint={fill(t.dueAtHint, { zone })}
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

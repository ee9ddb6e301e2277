import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactElement, useId, useRef, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { call } from '../api/client.ts';
import { useDepartments } from '../api/departments.ts';
import { ApiError } from '../api/problem.ts';
import type { Job, JobPriority } from '../api/types.ts';
import { SearchField } from '../assets/search-field.tsx';
import { ASSET_TEXTS } from '../assets/texts.ts';
import { isoOfLocalField } from '../i18n/local-time.ts';
import { fill, usePick, useTexts } from '../i18n/texts.ts';
import { useCaller } from '../shell/caller.ts';
import { useConsoleSettings } from '../shell/console-settings.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Input, Select, TextArea } from '../ui/field.tsx';
import { ErrorNotice, useDetail, useFieldErrors } from '../ui/notice.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { toast } from '../ui/toasts.tsx';
import { CrewSelect, PRIORITIES } from './action-fields.tsx';
import { KINDS } from './job-kinds.ts';
import { JOB_TEXTS } from './texts.ts';

const SUBJECTS = ['asset', 'device', 'place'] as const;

interface NewJobDraft {
  readonly title: string;
  readonly description: string;
  readonly kind: (typeof KINDS)[number];
  readonly subject: (typeof SUBJECTS)[number];
  readonly assetId: string;
  readonly deviceId: string;
  readonly placeName: string;
  readonly district: string;
  /** Empty: as routing says. */
  readonly department: string;
  readonly crew: string;
  readonly assignee: string;
  readonly priority: JobPriority;
  readonly dueAt: string;
}

/** What other pages may say beforehand: `/jobs?new=1&asset=…`, `&device=…`, `&alert=…`, `&title=…`. */
function beginning(params: URLSearchParams): NewJobDraft {
  const [assetId = '', deviceId = ''] = [params.get('asset') ?? '', params.get('device') ?? ''];
  return {
    title: params.get('title') ?? '',
    description: '',
    kind: 'repair',
    subject: assetId === '' && deviceId !== '' ? 'device' : 'asset',
    ...{ assetId, deviceId, placeName: '', district: '' },
    department: params.get('department') ?? '',
    ...{ crew: '', assignee: '', priority: 'normal', dueAt: '' },
  };
}

function bodyOf(draft: NewJobDraft, alertId: string | null, zone: string): object {
  const { title, description, kind, subject, priority, department, crew, assignee, dueAt } = draft;
  const said = (name: string, value: string) => (value.trim() === '' ? {} : { [name]: value.trim() });
  const district = draft.district.trim();
  return {
    ...{ title: title.trim(), kind, priority },
    ...said('description', description),
    ...said('department', department),
    ...said('crew', crew),
    ...said('assignee', assignee),
    ...(subject === 'asset' && said('assetId', draft.assetId)),
    ...(subject === 'device' && said('deviceId', draft.deviceId)),
    ...(subject === 'place' && {
      place: { name: draft.placeName.trim(), district: district === '' ? null : district },
    }),
    ...(alertId !== null && { alertId }),
    ...(dueAt !== '' && { dueAt: isoOfLocalField(dueAt, zone) }),
  };
}

type Told = { readonly [Name in keyof typeof JOB_TEXTS]: string };
type Errors = Partial<Record<keyof NewJobDraft, string>>;

function problemsOf(draft: NewJobDraft, t: Told): Errors {
  const { subject, title, department } = draft;
  const about = { asset: 'assetId', device: 'deviceId', place: 'placeName' } as const;
  const isMissing = draft[about[subject]].trim() === '';
  return {
    ...(title.trim() === '' && { title: t.titleNeeded }),
    ...(isMissing && { [about[subject]]: t.subjectNeeded }),
    ...(subject === 'place' && department === '' && { department: t.departmentNeeded }),
  };
}

/** What the server finds wrong, at the field that it means. */
function refusalsOf(
  error: unknown,
  detailOf: (error: ApiError) => string,
  fieldErrors: ReadonlyMap<string, string>,
): Errors {
  if (!(error instanceof ApiError)) return {};
  const { code } = error;
  const detail = detailOf(error);
  if (code === 'asset.unknown') return { assetId: detail };
  if (code === 'device.unknown') return { deviceId: detail };
  if (code.startsWith('department.') || code === 'access.department') return { department: detail };
  return Object.fromEntries(fieldErrors);
}

/** Asks for a job. Whatever goes wrong, what was typed stays. */
export function NewJobDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const words = useTexts(UI_TEXTS);
  const navigate = useNavigate();
  const client = useQueryClient();
  const formId = useId();
  const [params] = useSearchParams();
  const [draft, setDraft] = useState(() => beginning(params));
  const [errors, setErrors] = useState<Errors>({});
  const key = useRef(crypto.randomUUID());
  const { zone } = useConsoleSettings();
  const create = useMutation({
    mutationFn: () =>
      call<Job>('POST', '/jobs', bodyOf(draft, params.get('alert'), zone), {
        headers: { 'idempotency-key': key.current },
      }),
    onSuccess: async (job) => {
      toast(fill(t.createdJob, { number: job.number }));
      await client.invalidateQueries({ queryKey: ['jobs'] });
      void navigate(`/jobs/${job.jobId}`);
    },
  });
  const refusals = refusalsOf(create.error, useDetail(), useFieldErrors(create.error));
  const shownErrors = { ...refusals, ...errors };
  const isAtField = Object.keys(refusals).length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const problems = problemsOf(draft, t);
    setErrors(problems);
    if (Object.keys(problems).length === 0) create.mutate();
  };
  return (
    <Dialog
      title={t.newJob}
      isWide
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button kind="primary" type="submit" form={formId} busy={create.isPending}>
            {t.create}
          </Button>
        </>
      }
    >
      <form id={formId} className="form" noValidate onSubmit={submit}>
        {!isAtField && <ErrorNotice error={create.error} />}
        <NewJobFields
          draft={draft}
          errors={shownErrors}
          onDraft={(part) => {
            setDraft({ ...draft, ...part });
            setErrors({});
          }}
        />
      </form>
    </Dialog>
  );
}

interface FieldsProps {
  readonly draft: NewJobDraft;
  readonly errors: Errors;
  readonly onDraft: (part: Partial<NewJobDraft>) => void;
}

function NewJobFields({ draft, errors, onDraft }: FieldsProps): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const words = useTexts(UI_TEXTS);
  const pick = usePick();
  const caller = useCaller();
  const { data: departments = [] } = useDepartments();
  const own = departments.filter(({ departmentId }) => caller.mayIn('jobs.dispatch', departmentId));
  return (
    <>
      <Input
        label={t.title}
        required
        maxLength={200}
        value={draft.title}
        error={errors.title}
        onChange={(event) => onDraft({ title: event.target.value })}
      />
      <TextArea
        label={t.description}
        isOptional
        maxLength={4000}
        value={draft.description}
        error={errors.description}
        onChange={(event) => onDraft({ description: event.target.value })}
      />
      <div className="form__pair">
        <Select
          label={t.kind}
          value={draft.kind}
          options={KINDS.map((kind) => ({ value: kind, label: t[kind] }))}
          onChange={(event) => onDraft({ kind: event.target.value as NewJobDraft['kind'] })}
        />
        <Select
          label={t.priority}
          value={draft.priority}
          options={PRIORITIES.map((priority) => ({ value: priority, label: words[priority] }))}
          onChange={(event) => onDraft({ priority: event.target.value as JobPriority })}
        />
      </div>
      <Subject draft={draft} errors={errors} onDraft={onDraft} />
      <div className="form__pair">
        <Select
          label={t.department}
          value={draft.department}
          error={errors.department}
          options={[
            { value: '', label: t.byRouting },
            ...own.map(({ departmentId, name }) => ({ value: departmentId, label: pick(name) })),
          ]}
          onChange={(event) => onDraft({ department: event.target.value, crew: '' })}
        />
        <CrewSelect
          department={draft.department}
          value={draft.crew}
          none={t.byRouting}
          onChange={(crew) => onDraft({ crew })}
        />
      </div>
      <div className="form__pair">
        <Input
          label={t.who}
          hint={t.whoHint}
          isOptional
          maxLength={200}
          autoComplete="off"
          value={draft.assignee}
          error={errors.assignee}
          onChange={(event) => onDraft({ assignee: event.target.value })}
        />
        <Input
          label={t.dueAt}
          hint={t.dueBySla}
          isOptional
          type="datetime-local"
          value={draft.dueAt}
          error={errors.dueAt}
          onChange={(event) => onDraft({ dueAt: event.target.value })}
        />
      </div>
    </>
  );
}

function Subject({ draft, errors, onDraft }: FieldsProps): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const words = useTexts(ASSET_TEXTS);
  const names = { asset: t.aboutAsset, device: t.aboutDevice, place: t.aboutPlace };
  const { subject } = draft;
  return (
    <fieldset className="kern-fieldset">
      <legend className="kern-label">{t.subject}</legend>
      <div className="radio-row">
        {SUBJECTS.map((each) => (
          <label key={each} className="radio">
            <input
              type="radio"
              name="subject"
              value={each}
              checked={subject === each}
              onChange={() => onDraft({ subject: each })}
            />
            {names[each]}
          </label>
        ))}
      </div>
      {subject === 'asset' && (
        <SearchField
          label={t.assetId}
          hint={words.search}
          kinds="asset"
          text={draft.assetId}
          error={errors.assetId}
          maxLength={128}
          onText={(assetId) => onDraft({ assetId })}
          onChoose={(hit) => hit.kind === 'asset' && onDraft({ assetId: hit.assetId })}
        />
      )}
      {subject === 'device' && (
        <SearchField
          label={t.deviceId}
          hint={words.search}
          kinds="device"
          text={draft.deviceId}
          error={errors.deviceId}
          maxLength={64}
          onText={(deviceId) => onDraft({ deviceId })}
          onChoose={(hit) => hit.kind === 'device' && onDraft({ deviceId: hit.deviceId })}
        />
      )}
      {subject === 'place' && (
        <div className="form__pair">
          <Input
            label={t.placeName}
            value={draft.placeName}
            error={errors.placeName}
            maxLength={200}
            onChange={(event) => onDraft({ placeName: event.target.value })}
          />
          <Input
            label={t.district}
            isOptional
            value={draft.district}
            error={errors.district}
            maxLength={200}
            onChange={(event) => onDraft({ district: event.target.value })}
          />
        </div>
      )}
    </fieldset>
  );
}

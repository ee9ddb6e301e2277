import { csvOf } from '@stadtfunk/tours';
import { useMutation } from '@tanstack/react-query';
import { type ReactElement, useRef, useState } from 'react';
import { call, callLines } from '../api/client.ts';
import { ApiError } from '../api/problem.ts';
import { queryClient } from '../api/query-client.ts';
import type { DeviceCredentials, ImportLine, ImportReport } from '../api/types.ts';
import { DEVICE_TEXTS } from '../devices/texts.ts';
import { useFormats } from '../i18n/formats.ts';
import { useLanguage } from '../i18n/language.ts';
import { fill, useTexts } from '../i18n/texts.ts';
import { useAtRisk } from '../ui/at-risk.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { Field, Select } from '../ui/field.tsx';
import { ErrorNotice, Notice } from '../ui/notice.tsx';
import { Page, Section, type WayBack } from '../ui/page.tsx';
import { useUrlParam } from '../ui/url-state.ts';
import { ASSET_TEXTS, IMPORT_ERRORS, IMPORT_TEXTS } from './texts.ts';
import './assets.css';

const KINDS = ['assets', 'devices', 'bindings'] as const;
type Kind = (typeof KINDS)[number];
type Row = ImportReport['rows'][number];

const TONES: Readonly<Record<Row['outcome'], Tone>> = {
  new: 'success',
  changed: 'info',
  unchanged: 'neutral',
  error: 'danger',
};

export default function ImportPage(): ReactElement {
  const t = useTexts(IMPORT_TEXTS);
  const formats = useFormats();
  const language = useLanguage();
  const [wanted, setWanted] = useUrlParam('kind');
  const kind: Kind = KINDS.find((each) => each === wanted) ?? 'assets';
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [isMissing, setMissing] = useState(false);
  const [progress, setProgress] = useState<Progress | null>(null);
  const [keys, setKeys] = useState<Keys>({ credentials: [], areSaved: true });
  // Whatever a browser takes it for.
  const body = () => new Blob([file ?? ''], { type: 'text/csv' });
  const check = useMutation({
    mutationFn: () => call<ImportReport>('POST', `/imports/${kind}?apply=false`, body()),
  });
  const take = useMutation({
    mutationFn: () =>
      write(kind, body(), (told, credentials) => {
        setProgress(told);
        if (credentials.length === 0) return;
        setKeys((kept) => ({ credentials: [...kept.credentials, ...credentials], areSaved: false }));
      }),
    onSettled: () => {
      setProgress(null);
      void queryClient.invalidateQueries();
    },
  });
  useAtRisk(take.isPending ? t.takingLost : null);
  useAtRisk(keys.areSaved ? null : fill(t.passwordsLost, { n: formats.number(keys.credentials.length) }));
  const begin = () => {
    check.reset();
    take.reset();
    // Those of devices that a file before has brought, until they are kept elsewhere.
    setKeys((kept) => (kept.areSaved ? { credentials: [], areSaved: true } : kept));
  };
  const report = take.data ?? check.data;
  return (
    <Page title={t.title} subtitle={<span className="prose">{t.lead}</span>} back={useWayBack(kind)}>
      <form
        className="form card"
        onSubmit={(event) => {
          event.preventDefault();
          setMissing(file === null);
          take.reset();
          if (file !== null) check.mutate();
        }}
      >
        <Select
          label={t.kind}
          value={kind}
          disabled={take.isPending}
          onChange={(event) => {
            begin();
            setWanted(event.target.value);
          }}
          options={KINDS.map((each) => ({ value: each, label: t[each] }))}
        />
        <p>
          <a href={`/api/v1/imports/${kind}/template?language=${language}`} download>
            {t.template}
          </a>
        </p>
        <Field label={t.file} hint={t.fileHelp} error={isMissing && file === null ? t.noFile : null}>
          {(described) => (
            <span className="import__file">
              <span className="file-input">
                <span className="kern-btn kern-btn--secondary button" aria-hidden="true">
                  <span className="kern-label">{t.choose}</span>
                </span>
                <input
                  {...described}
                  ref={input}
                  type="file"
                  disabled={take.isPending}
                  accept=".csv,text/csv,text/plain"
                  onChange={(event) => {
                    begin();
                    setFile(event.target.files?.[0] ?? null);
                  }}
                />
              </span>
              <span role="status">{file?.name ?? t.noneChosen}</span>
            </span>
          )}
        </Field>
        <div className="form__actions">
          <Button
            kind={report ? 'secondary' : 'primary'}
            type="submit"
            busy={check.isPending}
            disabled={take.isPending}
          >
            {t.check}
          </Button>
        </div>
        <FileError error={check.error} />
      </form>
      {keys.credentials.length > 0 && !take.isPending && (
        <Credentials credentials={keys.credentials} onSaved={() => setKeys((kept) => ({ ...kept, areSaved: true }))} />
      )}
      {report && (
        <Result
          report={report}
          progress={progress}
          isBusy={take.isPending}
          error={take.error}
          onApply={() => take.mutate()}
        />
      )}
      {take.data?.applied && (
        <div className="form__actions">
          <Button
            onClick={() => {
              begin();
              setFile(null);
              if (input.current) input.current.value = '';
              input.current?.focus();
            }}
          >
            {t.another}
          </Button>
        </div>
      )}
    </Page>
  );
}

/** To the list of what is read in. */
function useWayBack(kind: Kind): WayBack {
  const assets = useTexts(ASSET_TEXTS);
  const devices = useTexts(DEVICE_TEXTS);
  return kind === 'assets' ? { to: '/assets', title: assets.back } : { to: '/devices', title: devices.back };
}

interface Progress {
  readonly written: number;
  readonly rows: number;
}

/** Credentials that are told once, and whether they were downloaded. */
interface Keys {
  readonly credentials: readonly DeviceCredentials[];
  readonly areSaved: boolean;
}

/** Writes the file, and tells how far it is, with the credentials of the devices that were registered since it was told last. */
async function write(
  kind: Kind,
  file: Blob,
  tell: (progress: Progress, credentials: readonly DeviceCredentials[]) => void,
): Promise<ImportReport> {
  let progress: Progress | undefined;
  const brokenOff = () => new ApiError(0, progress ? 'import.broken' : 'server.away', String(progress?.written ?? ''));
  try {
    for await (const line of callLines<ImportLine>('POST', `/imports/${kind}?apply=true`, file)) {
      if ('report' in line) return line.report;
      if ('problem' in line) {
        const { status, code, detail } = line.problem;
        throw new ApiError(status, code, detail, line.problem);
      }
      progress = line.progress;
      tell(progress, line.credentials);
    }
  } catch (thrown) {
    throw thrown instanceof ApiError && thrown.code === 'server.away' ? brokenOff() : thrown;
  }
  throw brokenOff();
}

const SEPARATORS = { ';': 'semicolon', ',': 'comma', '\t': 'tab' } as const;

function Result({
  report,
  progress,
  isBusy,
  error,
  onApply,
}: {
  readonly report: ImportReport;
  readonly progress: Progress | null;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onApply: () => void;
}): ReactElement {
  const t = useTexts(IMPORT_TEXTS);
  const formats = useFormats();
  const errorText = useErrorText();
  const { counts, columns, errors, rows, applied } = report;
  const ignored = columns.filter(({ field }) => field === null).map(({ header }) => header);
  const canApply = !applied && errors.length === 0 && counts.error === 0 && counts.new + counts.changed > 0;
  const isNothing = !applied && errors.length === 0 && counts.error === 0 && counts.new + counts.changed === 0;
  return (
    <Section title={t.result}>
      {applied && (
        <Notice
          kind="success"
          title={fill(t.applied, { new: formats.number(counts.new), changed: formats.number(counts.changed) })}
        />
      )}
      {errors.length > 0 && (
        <Notice kind="danger" title={t.headerErrors}>
          <ul className="list">
            {errors.map((error) => (
              <li key={`${error.column ?? ''} ${error.message}`}>{errorText(error)}</li>
            ))}
          </ul>
        </Notice>
      )}
      {counts.error > 0 && <Notice kind="danger" title={fill(t.hasErrors, { n: formats.number(counts.error) })} />}
      {isNothing && <Notice kind="info" title={t.nothing} />}
      <div className="import__counts" role="status">
        {(['new', 'changed', 'unchanged', 'error'] as const).map((outcome) => (
          <Badge key={outcome} tone={counts[outcome] > 0 ? TONES[outcome] : 'neutral'}>
            {formats.number(counts[outcome])} {t[outcome]}
          </Badge>
        ))}
      </div>
      <p className="muted">
        {fill(t.encoding, { encoding: report.encoding, separator: t[SEPARATORS[report.separator]] })}{' '}
        {ignored.length > 0 && fill(t.ignored, { columns: ignored.join(', ') })}
      </p>
      {canApply && (
        <div className="form__actions">
          <Button kind="primary" busy={isBusy} onClick={onApply}>
            {t.apply}
          </Button>
        </div>
      )}
      {progress && (
        <div className="import__progress" role="status">
          <progress aria-label={t.taking} value={progress.written} max={progress.rows} />
          {fill(t.written, { n: formats.number(progress.written), of: formats.number(progress.rows) })}
        </div>
      )}
      <FileError error={error} />
      <DataTable
        caption={fill(t.table, { name: t.result })}
        rows={rows}
        rowId={({ line }) => String(line)}
        empty={<p className="muted">–</p>}
        columns={[
          { id: 'line', title: t.line, isNumeric: true, cell: ({ line }) => line },
          { id: 'id', title: t.id, cell: ({ id }) => id ?? '–' },
          { id: 'outcome', title: t.outcome, cell: ({ outcome }) => <Badge tone={TONES[outcome]}>{t[outcome]}</Badge> },
          { id: 'details', title: t.details, cell: (row) => <Details row={row} /> },
        ]}
      />
      {rows.length < counts.rows && <p className="muted">{fill(t.shown, { n: rows.length })}</p>}
    </Section>
  );
}

/** After these a part of the file may have been taken. */
const STOPPED: readonly string[] = ['import.outdated', 'import.interrupted', 'import.abandoned', 'import.broken'];

/** What is wrong with the file as a whole, or kept it from being taken. */
function FileError({ error }: { readonly error: unknown }): ReactElement | null {
  const t = useTexts(IMPORT_TEXTS);
  const errorText = useErrorText();
  if (!(error instanceof ApiError) || !Object.hasOwn(IMPORT_ERRORS, error.code)) return <ErrorNotice error={error} />;
  return (
    <Notice kind="danger" title={STOPPED.includes(error.code) ? t.stopped : t.refused}>
      {errorText({ code: error.code, column: null, message: error.detail })}
    </Notice>
  );
}

/** In the present language, with what the API says where that says more. */
function useErrorText(): (error: Row['errors'][number]) => string {
  const t = useTexts(IMPORT_ERRORS);
  return ({ code, message }) =>
    Object.hasOwn(t, code) ? fill(t[code as keyof typeof IMPORT_ERRORS], { detail: message }) : message;
}

function Details({ row: { errors, changes } }: { readonly row: Row }): ReactElement {
  const t = useTexts(IMPORT_TEXTS);
  const errorText = useErrorText();
  if (errors.length > 0) {
    return (
      <ul className="import__errors">
        {errors.map((error) => (
          <li key={`${error.column ?? ''} ${error.message}`}>
            <strong>{error.column ?? t.wholeRow}:</strong> {errorText(error)}
          </li>
        ))}
      </ul>
    );
  }
  return (
    <ul>
      {changes.map(({ field, before, after }) => (
        <li key={field} className="import__change">
          {field}: <s>{shown(before)}</s> → {shown(after)}
        </li>
      ))}
    </ul>
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function Credentials({
  credentials,
  onSaved,
}: {
  readonly credentials: readonly DeviceCredentials[];
  readonly onSaved: () => void;
}): ReactElement {
  const t = useTexts(IMPORT_TEXTS);
  const formats = useFormats();
  const download = () => {
    const head = ['deviceId', 'username', 'password', 'topic'] as const;
    const table = csvOf([head, ...credentials.map((row) => head.map((name) => row[name]))]);
    const url = URL.createObjectURL(new Blob([table], { type: 'text/csv' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = 'stadtfunk-credentials.csv';
    link.click();
    URL.revokeObjectURL(url);
    onSaved();
  };
  return (
    <Notice kind="warning" title={fill(t.passwords, { n: formats.number(credentials.length) })}>
      <p>{t.passwordsHelp}</p>
      <div className="form__actions">
        <Button kind="primary" icon="arrowDown" onClick={download}>
          {t.downloadPasswords}
        </Button>
      </div>
    </Notice>
  );
}

import type { ReactElement } from 'react';
import { useQuantities } from '../assets/asset-queries.ts';
import type { Uplink } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { usePick, useTexts } from '../i18n/texts.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import { useReason } from '../quality/reason-texts.ts';
import { isShare, unitText } from '../ui/chart-data.ts';
import { DataTable } from '../ui/data-table.tsx';
import { ApiWords, Notice } from '../ui/notice.tsx';
import { ExactTime } from '../ui/time.tsx';
import { DEVICE_TEXTS } from './texts.ts';

export type Explained = Pick<Uplink, 'format' | 'decoded' | 'samples' | 'problems' | 'error'>;
type Sample = Uplink['samples'][number];

const TONES: Readonly<Record<Sample['fate'], Tone>> = {
  stored: 'success',
  repeated: 'neutral',
  missing: 'warning',
  quarantined: 'danger',
};

/** What is in a payload: the bytes, the vendor's words, our quantities, and what became of them. */
export function DecodedPayload({
  explained: { decoded, samples, problems, error },
  name,
  hex,
  text,
}: {
  readonly explained: Explained;
  /** What tells it from others on the same page. */
  readonly name: string;
  readonly hex: string;
  readonly text: string | null;
}): ReactElement {
  const t = useTexts(DEVICE_TEXTS);
  const reason = useReason();
  return (
    <div className="uplink__body">
      {error && (
        <Notice kind="danger" title={`${reason(error.code)} (${error.code})`}>
          <ApiWords isFolded={false}>{error.detail}</ApiWords>
        </Notice>
      )}
      {samples.length > 0 && <Samples samples={samples} name={name} />}
      {problems.length > 0 && (
        <div>
          <h3>{t.problems}</h3>
          <ul className="list">
            {problems.map(({ code, detail }) => (
              <li key={`${code} ${detail}`}>
                <strong>{reason(code)}</strong> ({code}) <ApiWords isFolded={false}>{detail}</ApiWords>
              </li>
            ))}
          </ul>
        </div>
      )}
      <div className="uplink__pair">
        {decoded !== null && decoded !== undefined && (
          <Block title={t.decoded} content={JSON.stringify(decoded, null, 2)} />
        )}
        {text !== null && text !== '' ? <Block title={t.text} content={text} /> : null}
        <Block title={t.hex} content={hex.replace(/(..)(?=.)/g, '$1 ')} />
      </div>
    </div>
  );
}

/** Scrolled by keyboard too, so it can have the focus. */
function Block({ title, content }: { readonly title: string; readonly content: string }): ReactElement {
  return (
    <div>
      <h3>{title}</h3>
      <pre className="payload" tabIndex={0} role="group" aria-label={title}>
        {content}
      </pre>
    </div>
  );
}

function Samples({ samples, name }: { readonly samples: readonly Sample[]; readonly name: string }): ReactElement {
  const t = useTexts(DEVICE_TEXTS);
  const reason = useReason();
  const rows = samples.map((sample, index) => ({ ...sample, index }));
  return (
    <DataTable
      caption={`${t.normalised}, ${name}`}
      rows={rows}
      rowId={({ index }) => String(index)}
      columns={[
        {
          id: 'observed',
          title: t.observed,
          cell: ({ observedAt, deviceTime }) =>
            observedAt === null ? <span className="muted">{deviceTime ?? '–'}</span> : <ExactTime time={observedAt} />,
        },
        { id: 'kind', title: t.kind, hideOnPhone: true, cell: ({ kind }) => t[kind] },
        { id: 'clock', title: t.clock, hideOnPhone: true, cell: ({ clock }) => (clock === null ? '–' : t[clock]) },
        { id: 'values', title: t.values, cell: ({ values, sent }) => <Values values={values ?? sent} /> },
        {
          id: 'fate',
          title: t.fate,
          cell: ({ fate, refused }) => (
            <Badge tone={TONES[fate]}>
              {t[fate]}
              {refused === null ? '' : `: ${reason(refused)}`}
            </Badge>
          ),
        },
      ]}
    />
  );
}

function Values({ values }: { readonly values: Sample['sent'] }): ReactElement {
  const t = useTexts(DEVICE_TEXTS);
  const known = useQuantities();
  const pick = usePick();
  const formats = useFormats();
  const shown = Object.entries(values).map(([name, value]) => {
    const quantity = known.data?.get(name);
    const label = quantity ? pick(quantity.label) : name;
    if (typeof value === 'boolean') return `${label}: ${value ? t.yes : t.no}`;
    if (isShare(name)) return `${label}: ${formats.percent(value, 1)}`;
    return `${label}: ${formats.number(value)} ${unitText(quantity?.unit ?? '')}`.trim();
  });
  return <span>{shown.join(', ')}</span>;
}

import { isActive } from '@stadtfunk/maintenance';
import { isQuantityName, QUANTITIES } from '@stadtfunk/readings';
import type { ReactElement } from 'react';
import type { JobDetail } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { usePick, useTexts } from '../i18n/texts.ts';
import { isShare, unitText } from '../ui/chart-data.ts';
import { CHART_TEXTS } from '../ui/chart-texts.ts';
import { Notice } from '../ui/notice.tsx';
import { ExactTime } from '../ui/time.tsx';
import { JOB_TEXTS } from './texts.ts';

/** What proves that the job is done: the reading that shows it, or that there is none. */
export function Evidence({ job }: { readonly job: JobDetail }): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const { evidence, unprovenAt, state, alertIds } = job;
  if (evidence) {
    return (
      <>
        <Notice kind="success" title={t.evidenceVerified} />
        <Reading evidence={evidence} />
      </>
    );
  }
  if (alertIds.length === 0) return <p>{t.evidenceNoSensor}</p>;
  if (unprovenAt !== null) return <Notice kind="warning" title={t.evidenceMissing} />;
  if (isActive(state)) return <p>{t.evidenceNone}</p>;
  return <Notice title={state === 'done' ? t.evidenceAwaited : t.evidenceNone} />;
}

function Reading({ evidence }: { readonly evidence: NonNullable<JobDetail['evidence']> }): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const words = useTexts(CHART_TEXTS);
  const pick = usePick();
  const formats = useFormats();
  const { observedAt, values } = evidence;
  const shown = (name: string, value: unknown) => {
    if (typeof value !== 'number') return value === true ? words.yes : value === false ? words.no : String(value);
    if (isShare(name)) return formats.percent(value);
    const unit = isQuantityName(name) && 'unit' in QUANTITIES[name] ? unitText(QUANTITIES[name].unit) : '';
    return `${formats.number(value)} ${unit}`.trim();
  };
  return (
    <table className="kern-table kern-table--small">
      <caption className="kern-table__title">
        {t.measuredAt}: <ExactTime time={observedAt} />
      </caption>
      <thead className="kern-table__head">
        <tr className="kern-table__row">
          <th scope="col" className="kern-table__header">
            {t.quantity}
          </th>
          <th scope="col" className="kern-table__header">
            {t.value}
          </th>
        </tr>
      </thead>
      <tbody className="kern-table__body">
        {Object.entries(values).map(([name, value]) => (
          <tr key={name} className="kern-table__row">
            <td className="kern-table__cell">{isQuantityName(name) ? pick(QUANTITIES[name].label) : name}</td>
            <td className="kern-table__cell">{shown(name, value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

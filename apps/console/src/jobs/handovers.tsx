import type { ReactElement } from 'react';
import type { JobDetail } from '../api/types.ts';
import { useTexts } from '../i18n/texts.ts';
import { detailIn } from '../api/problem-texts.ts';
import { useLanguage } from '../i18n/language.ts';
import { ApiWords, Notice } from '../ui/notice.tsx';
import { Facts } from '../ui/page.tsx';
import { JOB_TEXTS } from './texts.ts';

/** The records of other systems that stand for a job, such as its incident in ServiceNow. */
export function Handovers({ handovers }: Pick<JobDetail, 'handovers'>): ReactElement {
  const t = useTexts(JOB_TEXTS);
  const language = useLanguage();
  return (
    <>
      {handovers.map(({ target, externalNumber, externalState, problem }) => (
        <div key={target}>
          <h3>{target}</h3>
          <Facts
            facts={[
              [t.handoverNumber, externalNumber ?? t.handoverPending],
              [t.handoverState, externalState ?? '–'],
            ]}
          />
          {problem && (
            <Notice kind="warning" title={t.handoverProblem}>
              {language !== 'en' && <p>{detailIn(language, problem)}</p>}
              <ApiWords>{problem.detail}</ApiWords>
            </Notice>
          )}
        </div>
      ))}
    </>
  );
}

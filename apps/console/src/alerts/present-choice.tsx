import type { ReactElement } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { useUrlParam } from '../ui/url-state.ts';
import { ALERT_TEXTS } from './texts.ts';

/** Whether the address asks for what is over, too. */
export function useIsAll(): boolean {
  return useUrlParam('all')[0] !== null;
}

/** What is in force, or the record of everything. */
export function PresentChoice(): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const [all, setAll] = useUrlParam('all');
  return (
    <div className="state-choice state-choice--alone" role="group" aria-label={t.state}>
      <button type="button" className="state-choice__item" aria-pressed={all === null} onClick={() => setAll(null)}>
        {t.current}
      </button>
      <button type="button" className="state-choice__item" aria-pressed={all !== null} onClick={() => setAll('1')}>
        {t.allEver}
      </button>
    </div>
  );
}

import type { ReactElement } from 'react';
import { useSearchParams } from 'react-router';
import type { AlertCounts } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { useTexts } from '../i18n/texts.ts';
import { SEVERITIES, SEVERITY_ICONS } from '../ui/badge.tsx';
import { Icon } from '../ui/icons.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { useUrlParam } from '../ui/url-state.ts';
import { ALERT_VIEWS, viewOf } from './alert-filter.ts';
import { ALERT_TEXTS } from './texts.ts';

/** How many there are of each severity and state, each of them a filter. */
export function AlertHead({ counts }: { readonly counts: AlertCounts | undefined }): ReactElement {
  return (
    <div className="alert-head">
      <SeverityTiles counts={counts} />
      <StateChoice counts={counts} />
    </div>
  );
}

function SeverityTiles({ counts }: { readonly counts: AlertCounts | undefined }): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const names = useTexts(UI_TEXTS);
  const formats = useFormats();
  const [chosen, choose] = useUrlParam('severity');
  return (
    <div className="severity-tiles" role="group" aria-label={t.severity}>
      {SEVERITIES.map((severity) => (
        <button
          key={severity}
          type="button"
          className={`severity-tile severity-tile--${severity}`}
          aria-pressed={chosen === severity}
          onClick={() => choose(chosen === severity ? null : severity)}
        >
          <span className="severity-tile__count">
            {counts ? formats.number(counts.severities[severity].open) : '–'}
          </span>
          <span className="severity-tile__name">
            <Icon name={SEVERITY_ICONS[severity]} />
            {names[severity]}
          </span>
        </button>
      ))}
    </div>
  );
}

function StateChoice({ counts }: { readonly counts: AlertCounts | undefined }): ReactElement {
  const t = useTexts(ALERT_TEXTS);
  const formats = useFormats();
  const [params] = useSearchParams();
  const [, setState] = useUrlParam('state');
  const present = viewOf(params);
  const countOf = (view: (typeof ALERT_VIEWS)[number]) => {
    if (!counts || view === 'cleared') return null;
    const { states } = counts;
    return view === 'told' ? states.unacknowledged + states.acknowledged : states[view];
  };
  return (
    <div className="state-choice" role="group" aria-label={t.state}>
      {ALERT_VIEWS.map((view) => {
        const count = countOf(view);
        return (
          <button
            key={view}
            type="button"
            className="state-choice__item"
            aria-pressed={view === present}
            onClick={() => setState(view === 'told' ? null : view)}
          >
            {t[view]}
            {count !== null && <span className="state-choice__count">{formats.number(count)}</span>}
          </button>
        );
      })}
    </div>
  );
}

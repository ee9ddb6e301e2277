import { type ReactElement, useMemo } from 'react';
import type { Severity, SituationAsset } from '../api/types.ts';
import { useFormats } from '../i18n/formats.ts';
import { useTexts } from '../i18n/texts.ts';
import { SEVERITIES, SEVERITY_ICONS } from '../ui/badge.tsx';
import { Icon } from '../ui/icons.tsx';
import { UI_TEXTS } from '../ui/texts.ts';
import { useUrlParam } from '../ui/url-state.ts';
import { countSeverities } from './situation-filter.ts';
import { SITUATION_TEXTS } from './texts.ts';

/** How the city fares in five numbers; each is a filter as well. */
export function SeveritySummary({ assets }: { readonly assets: readonly SituationAsset[] }): ReactElement {
  const t = useTexts(SITUATION_TEXTS);
  const names = useTexts(UI_TEXTS);
  const formats = useFormats();
  const [chosen, choose] = useUrlParam('severity');
  // Not with every change of the address.
  const counts = useMemo(() => countSeverities(assets), [assets]);
  const button = (value: Severity | 'quiet', name: string, icon: ReactElement) => (
    <button
      key={value}
      type="button"
      className={`summary__item summary__item--${value} ${counts[value] === 0 ? 'is-zero' : ''}`}
      aria-pressed={chosen === value}
      onClick={() => choose(chosen === value ? null : value)}
    >
      <span className="summary__count">{formats.number(counts[value])}</span>
      <span className="summary__name">
        {icon}
        {name}
      </span>
    </button>
  );
  return (
    <div className="summary" role="group" aria-label={t.bySeverity}>
      {SEVERITIES.map((severity) => button(severity, names[severity], <Icon name={SEVERITY_ICONS[severity]} />))}
      {button('quiet', t.quiet, <Icon name="ok" />)}
    </div>
  );
}

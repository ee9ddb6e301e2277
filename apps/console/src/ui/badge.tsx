import type { ReactElement, ReactNode } from 'react';
import type { JobPriority, JobState, Severity } from '../api/types.ts';
import { useTexts } from '../i18n/texts.ts';
import { Icon, type IconName } from './icons.tsx';
import { UI_TEXTS } from './texts.ts';

/** A shape for each severity, so that colour never stands alone. */
export const SEVERITY_ICONS: Readonly<Record<Severity, IconName>> = {
  critical: 'octagon',
  major: 'triangle',
  minor: 'diamond',
  warning: 'circle',
};

/** Worst first. */
export const SEVERITIES: readonly Severity[] = ['critical', 'major', 'minor', 'warning'];

export type Tone = 'neutral' | 'info' | 'success' | 'warning' | 'danger';

/** A word in a coloured field; `icon` where colour says something that the word does not. */
export function Badge({
  tone = 'neutral',
  icon,
  children,
}: {
  readonly tone?: Tone;
  readonly icon?: IconName;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <span className={`badge badge--${tone}`}>
      {icon && <Icon name={icon} />}
      {children}
    </span>
  );
}

/** How bad it is: symbol, word and colour. */
export function SeverityBadge({ severity }: { readonly severity: Severity }): ReactElement {
  const t = useTexts(UI_TEXTS);
  return (
    <span className={`severity severity--${severity}`}>
      <Icon name={SEVERITY_ICONS[severity]} />
      {t[severity]}
    </span>
  );
}

const STATE_TONES: Readonly<Record<JobState, Tone>> = {
  open: 'warning',
  assigned: 'info',
  inProgress: 'info',
  waiting: 'neutral',
  done: 'success',
  verified: 'success',
  cancelled: 'neutral',
};

export function JobStateBadge({ state }: { readonly state: JobState }): ReactElement {
  const t = useTexts(UI_TEXTS);
  return (
    <Badge tone={STATE_TONES[state]} {...(state === 'verified' && { icon: 'ok' as const })}>
      {t[state]}
    </Badge>
  );
}

export function PriorityBadge({ priority }: { readonly priority: JobPriority }): ReactElement {
  const t = useTexts(UI_TEXTS);
  const tone = priority === 'urgent' ? 'danger' : priority === 'high' ? 'warning' : 'neutral';
  return <Badge tone={tone}>{t[priority]}</Badge>;
}

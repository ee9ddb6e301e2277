import type { RuleVersionHead } from '@stadtfunk/http';
import type { ReactElement } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { Badge, type Tone } from '../ui/badge.tsx';
import type { IconName } from '../ui/icons.tsx';
import { RULE_TEXTS } from './texts.ts';

export type ShownState = RuleVersionHead['state'];

const LOOKS: Readonly<Record<ShownState, { readonly tone: Tone; readonly icon: IconName }>> = {
  live: { tone: 'success', icon: 'ok' },
  shadow: { tone: 'info', icon: 'quality' },
  draft: { tone: 'warning', icon: 'audit' },
  retired: { tone: 'neutral', icon: 'close' },
  file: { tone: 'neutral', icon: 'audit' },
};

/** What a rule, or a version of it, does: word, shape and colour. */
export function RuleStateBadge({ state }: { readonly state: ShownState }): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const { tone, icon } = LOOKS[state];
  return (
    <Badge tone={tone} icon={icon}>
      {t[state]}
    </Badge>
  );
}

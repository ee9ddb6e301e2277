import type { ReactElement } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { Page } from '../ui/page.tsx';
import { RuleEditor } from './rule-editor.tsx';
import './rules.css';
import { RULE_TEXTS } from './texts.ts';

/** To begin with: complete, with two examples that pass. */
const TEMPLATE = `version: '1'
rules:
  # Warum diese Schwelle? / Why this threshold?
  - id: waste.hot
    subject: asset
    appliesTo: { type: WasteContainer }
    when: temperature >= 60
    clear: temperature < 45
    for: PT10M
    severity: major
    job:
      kind: inspection
      priority: high
      due: PT24H
    title:
      de: Behälter heiß
      en: Container hot
    examples:
      - name: sixty degrees for ten minutes are hot
        readings:
          - { at: PT0S, temperature: 61 }
          - { at: PT10M, temperature: 62 }
          - { at: PT1H, temperature: 20 }
        alerts:
          - { raised: PT10M, cleared: PT1H }
      - name: fifty-nine degrees are not
        readings:
          - { at: PT0S, temperature: 59 }
          - { at: PT1H, temperature: 59 }
        alerts: []
`;

/** Writes a rule that is not there yet. */
export default function NewRulePage(): ReactElement {
  const t = useTexts(RULE_TEXTS);
  return (
    <Page title={t.newRule} back={{ to: '/rules', title: t.back }}>
      <RuleEditor rule={null} template={TEMPLATE} />
    </Page>
  );
}

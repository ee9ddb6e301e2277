import type { RuleDetail } from '@stadtfunk/http';
import type { ReactElement } from 'react';
import { fill, useTexts } from '../i18n/texts.ts';
import { Section } from '../ui/page.tsx';
import { listIn, mappingIn, textIn } from './plain-rule.ts';
import { RuleWords } from './rule-words.tsx';
import { RULE_TEXTS } from './texts.ts';

/** A rule in words, with its examples and its text. */
export function RuleView({ rule }: { readonly rule: RuleDetail }): ReactElement {
  const t = useTexts(RULE_TEXTS);
  const examples = listIn(rule.rule?.['examples']).map(mappingIn);
  return (
    <div className="rule-view">
      <section className="rule-card" aria-label={t.view}>
        {rule.rule && <RuleWords rule={rule.rule} />}
      </section>
      <Section title={t.examples}>
        {examples.length === 0 ? (
          <p className="muted">{t.noExamples}</p>
        ) : (
          <ul className="rule-examples">
            {examples.map((example, index) => (
              <li key={index}>
                <span lang="en">{textIn(example['name'])}</span>
                <span className="muted">
                  {fill(t.readings, { n: listIn(example['readings']).length })} →{' '}
                  {listIn(example['alerts']).length === 0
                    ? t.expectsNone
                    : fill(t.expectsAlerts, { n: listIn(example['alerts']).length })}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title={t.source}>
        <pre className="rule-source" tabIndex={0} aria-label={t.source} translate="no">
          {rule.yaml}
        </pre>
      </Section>
    </div>
  );
}

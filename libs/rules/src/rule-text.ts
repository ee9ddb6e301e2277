import { linesOfItem, plainItems, withField, writtenItem } from '@stadtfunk/yaml';
import type { CalendarOptions } from './calendar.ts';
import { compileRules, type RuleSource } from './compile-rules.ts';
import type { Rule } from './rule.ts';

const HEAD = `version: '1'\nrules:\n`;

/** A rule of a file as a file of its own, with its comments, as it was written where that is possible. */
export function textOfRule({ text }: RuleSource, rule: Rule, calendar: CalendarOptions): string {
  const items = plainItems(text, 'rules') ?? [];
  const index = items.findIndex((item) => (item as { id?: unknown } | null)?.id === rule.id);
  const lines = linesOfItem(text, 'rules', index);
  if (lines !== undefined) {
    const alone = `${HEAD}${lines}\n`;
    const compiled = compileRules([{ file: rule.id, text: alone }], calendar);
    // It may lean on what stands elsewhere in the file, an anchor for instance.
    if (compiled.ok && compiled.value.find(rule.id)?.version === rule.version) return alone;
  }
  return writtenItem('rules', items[index], { version: '1' });
}

/** The text of a rule that says its mode; what is live says nothing. */
export function withMode(text: string, mode: 'live' | 'shadow'): string {
  return withField(text, 'rules', 'mode', mode === 'shadow' ? 'shadow' : null, 'id');
}

/** The rule of a text as plain data, keys as in rule files; null where there is none that can be read. */
export function plainRule(text: string): Readonly<Record<string, unknown>> | null {
  const [rule] = plainItems(text, 'rules') ?? [];
  return typeof rule === 'object' && rule !== null ? (rule as Record<string, unknown>) : null;
}

import { ok, type Result } from '@stadtfunk/kernel';
import { Calendar, DEFAULT_CALENDAR, type CalendarOptions } from './calendar.ts';
import { RuleSet } from './rule-set.ts';
import { readRule } from './rule-reader.ts';
import type { Rule } from './rule.ts';
import { shown, valueOf, YamlReader, type FileProblem as RuleProblem } from '@stadtfunk/yaml';

/** A rule file as text. `file` is what problems name. */
export interface RuleSource {
  readonly file: string;
  readonly text: string;
}

/**
 * Checks and compiles rule files, for a city with this calendar. Either all rules of all files, or every problem at once,
 * in the order of the files.
 */
export function compileRules(
  sources: readonly RuleSource[],
  options: Partial<CalendarOptions> = {},
): Result<RuleSet, readonly RuleProblem[]> {
  const calendar: CalendarOptions = { ...DEFAULT_CALENDAR, ...options };
  const problems: RuleProblem[] = [];
  const rules = new Map<string, Rule>();
  for (const { file, text } of sources) {
    const reader = new YamlReader(file, text);
    // After a syntax error the rest of the document is guesswork.
    if (reader.problems.length === 0) readFile(reader, file, rules, calendar);
    problems.push(...reader.problems.sort((a, b) => a.line - b.line));
  }
  return problems.length > 0
    ? { ok: false, error: problems }
    : ok(new RuleSet([...rules.values()], new Calendar(calendar)));
}

function readFile(reader: YamlReader, file: string, rules: Map<string, Rule>, calendar: CalendarOptions): void {
  const fields = reader.fields(reader.root, ['version', 'rules']);
  if (!fields) return;
  const version = valueOf(fields.version);
  if (version !== '1' && version !== 1) reader.problem(fields.version, 'version "1"');
  const items = reader.items(fields.rules);
  if (!items) {
    reader.problem(fields.rules, 'a list of rules');
    return;
  }
  for (const item of items) {
    const rule = readRule(reader, item, file, calendar);
    if (!rule) continue;
    const other = rules.get(rule.id);
    if (other) {
      const where = `${other.source.file}:${other.source.line}`;
      reader.problem(
        { ...item, path: `${item.path}.id` },
        'an id that no other rule has',
        `${shown(rule.id)}, as in ${where}`,
      );
    } else rules.set(rule.id, rule);
  }
}

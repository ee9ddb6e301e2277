import { JOB_PRIORITIES, SEVERITIES, isWorse, type Severity } from '@stadtfunk/maintenance';
import {
  DURATION,
  isAbsent,
  readDuration,
  readOneOf,
  readText,
  refuse,
  type Spot,
  type YamlReader,
} from '@stadtfunk/yaml';
import { isProblem } from './expression-problem.ts';
import { compileExpression } from './expression.ts';
import { SEVERITY_STEP_KEYS } from './rule-format.ts';
import type { SeverityRise } from './rule.ts';

/** The severity of a rule: one word, or steps of which each is worse than the one before. */
export function readSeverity(
  reader: YamlReader,
  spot: Spot,
): { readonly severity: Severity; readonly rises?: readonly SeverityRise[] } | undefined {
  const items = reader.items(spot);
  if (!items) {
    const severity = readOneOf(reader, spot, SEVERITIES);
    return severity && { severity };
  }
  const steps = items.map((item, index) => readStep(reader, item, index === 0));
  if (steps.length < 2) {
    reader.problem(spot, 'at least two steps, or one severity without a list', `${steps.length}`);
    return undefined;
  }
  if (!steps.every((step) => step !== undefined)) return undefined;
  for (const [index, { severity }] of steps.entries()) {
    const before = steps[index - 1]?.severity;
    if (before === undefined || isWorse(severity, before)) continue;
    reader.problem(items[index]!, `a severity worse than ${before}`, severity);
    return undefined;
  }
  const [first, ...rises] = steps;
  return { severity: first!.severity, rises: rises as readonly SeverityRise[] };
}

function readStep(
  reader: YamlReader,
  spot: Spot,
  isFirst: boolean,
): { readonly severity: Severity } | SeverityRise | undefined {
  const fields = reader.fields(spot, SEVERITY_STEP_KEYS);
  const severity = fields && readOneOf(reader, fields.is, SEVERITIES);
  if (severity === undefined) return undefined;
  if (isFirst) {
    refuse(reader, [fields!.after, fields!.when, fields!.priority], 'the first step');
    return { severity };
  }
  const { after, when } = fields!;
  if (isAbsent(after) === isAbsent(when)) {
    reader.problem(spot, "either 'after' or 'when' with each step but the first", isAbsent(after) ? 'none' : 'both');
    return undefined;
  }
  const priority = isAbsent(fields!.priority) ? null : readOneOf(reader, fields!.priority, JOB_PRIORITIES);
  if (priority === undefined) return undefined;
  if (isAbsent(when)) {
    const afterMs = readDuration(reader, after);
    if (afterMs === 0) reader.problem(after, `${DURATION} above zero`);
    return afterMs ? { severity, priority, afterMs } : undefined;
  }
  const text = readText(reader, when, 'a CEL expression, in quotes if it begins with a sign');
  const compiled = text === undefined ? undefined : compileExpression(text);
  if (compiled === undefined) return undefined;
  if (!isProblem(compiled)) return { severity, priority, when: compiled };
  reader.problemInside(when, compiled.offset, compiled.expected, compiled.found);
  return undefined;
}

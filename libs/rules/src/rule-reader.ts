import { ASSET_TYPES } from '@stadtfunk/devices';
import { DAY_MS, durationMs, hash53 } from '@stadtfunk/kernel';
import { JOB_PRIORITIES } from '@stadtfunk/maintenance';
import { QUANTITY_NAMES, type QuantityName } from '@stadtfunk/readings';
import {
  DURATION,
  isAbsent,
  readCount,
  readDuration,
  readNames,
  readOneOf,
  readPattern,
  readText,
  readTitle,
  refuse,
  valueOf,
  type Spot,
  type YamlReader,
} from '@stadtfunk/yaml';
import type { CalendarOptions } from './calendar.ts';
import { readExamples } from './example-reader.ts';
import { readGroup } from './group-reader.ts';
import { isProblem } from './expression-problem.ts';
import { isForecastVariable, type ForecastVariable } from './language.ts';
import { compileAlternatives, compileExpression, type Expression } from './expression.ts';
import {
  APPLIES_TO_KEYS,
  ASSET_ATTRIBUTE,
  DEPARTMENT_ID,
  JOB_KEYS,
  JOB_KIND,
  LONGEST_REOPEN_DAYS,
  MOST_INTERVALS,
  MOST_READINGS,
  RULE_ID,
  RULE_KEYS,
  RULE_MODES,
  SILENCES,
  SILENT_KEYS,
} from './rule-format.ts';
import { expressionsOf, type Condition, type Hold, type JobOrder, type Rule } from './rule.ts';
import { readSeverity } from './severity-reader.ts';

type Fields = Readonly<Record<(typeof RULE_KEYS)[number], Spot>>;

/** Alternatives are remembered in the bits of one integer. */
const MAX_ALTERNATIVES = 30;
const CEL = 'a CEL expression, in quotes if it begins with a sign';

/** Reads one rule; undefined where it has a problem, which the reader has noted then. */
export function readRule(reader: YamlReader, spot: Spot, file: string, calendar: CalendarOptions): Rule | undefined {
  const before = reader.problems.length;
  const fields = reader.fields(spot, RULE_KEYS);
  if (!fields) return undefined;
  const id = readPattern(reader, fields.id, RULE_ID, 'an id such as waste.full (noun.reason)');
  const subject = readOneOf(reader, fields.subject, ['asset', 'device']);
  const appliesTo = readAppliesTo(reader, fields.appliesTo);
  const condition = readCondition(reader, fields);
  const hold = readHold(reader, fields, condition);
  const clearForMs = isAbsent(fields.clearFor) ? 0 : readDuration(reader, fields.clearFor);
  const readings = isAbsent(fields.readings) ? 1 : readCount(reader, fields.readings, 1, MOST_READINGS);
  const severity = readSeverity(reader, fields.severity);
  const department = isAbsent(fields.department)
    ? null
    : readPattern(reader, fields.department, DEPARTMENT_ID, 'the id of a department, or nothing');
  const job = isAbsent(fields.job) ? null : readJob(reader, fields.job);
  const mode = isAbsent(fields.mode) ? 'live' : readOneOf(reader, fields.mode, RULE_MODES);
  const title = readTitle(reader, fields.title);
  if (job?.dueBy && condition && !names(condition, job.dueBy)) {
    reader.problem(fields.when, `a condition that names ${job.dueBy}, by which the job is due`);
  }
  const group = isAbsent(fields.group) ? undefined : readGroup(reader, fields.group, readJob);
  if (condition?.kind === 'silent' && severity?.rises?.some((rise) => 'when' in rise)) {
    reader.problem(fields.severity, "steps with 'after', because a device that is silent shows nothing", "'when'");
  }
  if (reader.problems.length > before) return undefined;
  const content = {
    id: id!,
    subject: subject!,
    ...appliesTo!,
    condition: condition!,
    hold: hold!,
    clearForMs: clearForMs!,
    readings: readings!,
    ...severity!,
    department: department!,
    job: job!,
    title: title!,
    ...(group && { group }),
  };
  const expressions = expressionsOf(condition!, severity!.rises);
  const quantities = quantitiesOf(condition!, expressions);
  const examples = readExamples(reader, fields.examples, { ...content, quantities });
  if (reader.problems.length > before) return undefined;
  const source = { file, line: reader.lineOf(fields.id) };
  // The same condition means something else in another zone or state.
  const version = versionOf(expressions.some(({ asksCalendar }) => asksCalendar) ? { ...content, calendar } : content);
  // Rules are objects of one shape, whatever they have: code that sees many is slow.
  const { types, districts, models, tags } = appliesTo!;
  return {
    ...{ id: content.id, version, subject: content.subject, types, districts, models, tags },
    ...{ condition: content.condition, quantities, hold: content.hold, clearForMs: content.clearForMs },
    ...{ readings: content.readings, severity: content.severity, rises: severity!.rises },
    ...{ department: content.department, job: content.job, mode: mode === 'shadow' ? mode : undefined },
    ...{ title: content.title, group, examples, source },
  };
}

/** The same content, however it is laid out in a file, always has the same version. */
function versionOf(content: object): string {
  return hash53(JSON.stringify(content)).toString(16).padStart(14, '0');
}

function quantitiesOf(condition: Condition, expressions: readonly Expression[]): readonly QuantityName[] {
  const own = condition.kind === 'unchanged' ? [condition.quantity] : [];
  return [...new Set([...own, ...expressions.flatMap(({ quantities }) => quantities)])];
}

function readAppliesTo(
  reader: YamlReader,
  spot: Spot,
): Pick<Rule, 'types' | 'districts' | 'models' | 'tags'> | undefined {
  if (isAbsent(spot)) return { types: null, districts: null, models: null };
  const fields = reader.fields(spot, APPLIES_TO_KEYS);
  if (!fields) return undefined;
  const types = readNames(reader, fields.type, ASSET_TYPES);
  const districts = readNames(reader, fields.district, null);
  const models = readNames(reader, fields.model, null);
  const tags = readNames(reader, fields.tag, null);
  if (types === undefined || districts === undefined || models === undefined || tags === undefined) return undefined;
  return { types, districts, models, ...(tags && { tags }) };
}

function readCondition(reader: YamlReader, fields: Fields): Condition | undefined {
  const given = (['when', 'unchanged', 'silent'] as const).filter((key) => !isAbsent(fields[key]));
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    const found = given.length === 0 ? 'none' : given.join(' and ');
    reader.problem(
      kind === undefined ? fields.when : fields[given[1]!],
      'exactly one of when, unchanged and silent',
      found,
    );
    return undefined;
  }
  if (kind === 'when') return readWhen(reader, fields);
  if (kind === 'unchanged') {
    refuse(reader, [fields.clear, fields.restart, fields.clearFor, fields.readings], 'unchanged');
    const quantity = readOneOf(reader, fields.unchanged, QUANTITY_NAMES);
    return quantity && { kind, quantity };
  }
  refuse(reader, [fields.clear, fields.restart, fields.clearFor, fields.readings, fields.for], 'silent');
  const silent = reader.fields(fields.silent, SILENT_KEYS);
  if (!silent) return undefined;
  const of = isAbsent(silent.of) ? 'contact' : readOneOf(reader, silent.of, SILENCES);
  const intervals = readCount(reader, silent.intervals, 1, MOST_INTERVALS);
  const marginMs = isAbsent(silent.margin) ? 0 : readDuration(reader, silent.margin);
  const atLeastMs = isAbsent(silent.atLeast) ? 0 : readDuration(reader, silent.atLeast);
  if (of === undefined || intervals === undefined || marginMs === undefined || atLeastMs === undefined)
    return undefined;
  return { kind, intervals, marginMs, atLeastMs, ...(of === 'measurement' && { of }) };
}

function readWhen(reader: YamlReader, fields: Fields): Condition | undefined {
  const text = readText(reader, fields.when, CEL);
  const alternatives = text === undefined ? undefined : compileAlternatives(text);
  const clear = isAbsent(fields.clear) ? null : readExpression(reader, fields.clear);
  const restart = isAbsent(fields.restart) ? null : readExpression(reader, fields.restart);
  if (restart && isAbsent(fields.for)) reader.problem(fields.for, `${DURATION} beside 'restart'`, 'nothing');
  if (alternatives === undefined) return undefined;
  if (isProblem(alternatives)) {
    reader.problemInside(fields.when, alternatives.offset, alternatives.expected, alternatives.found);
    return undefined;
  }
  if (alternatives.length > MAX_ALTERNATIVES) {
    reader.problem(fields.when, `at most ${MAX_ALTERNATIVES} alternatives joined by ||`, String(alternatives.length));
    return undefined;
  }
  if (clear === undefined || restart === undefined) return undefined;
  return { kind: 'when', alternatives, clear, ...(restart && { restart }) };
}

function readExpression(reader: YamlReader, spot: Spot): Expression | undefined {
  const text = readText(reader, spot, CEL);
  const compiled = text === undefined ? undefined : compileExpression(text);
  if (compiled === undefined || !isProblem(compiled)) return compiled;
  reader.problemInside(spot, compiled.offset, compiled.expected, compiled.found);
  return undefined;
}

function names(condition: Condition, name: ForecastVariable): boolean {
  return expressionsOf(condition).some((expression) => expression.recalled().questions.some(({ key }) => key === name));
}

function readHold(reader: YamlReader, fields: Fields, condition: Condition | undefined): Hold | undefined {
  if (isAbsent(fields.for)) {
    if (condition?.kind !== 'unchanged') return { ms: 0 };
    reader.problem(fields.for, `${DURATION} beside 'unchanged'`, 'nothing');
    return undefined;
  }
  const value = valueOf(fields.for);
  const attribute = typeof value === 'string' ? ASSET_ATTRIBUTE.exec(value)?.[1] : undefined;
  if (attribute !== undefined) return { attribute };
  const ms = typeof value === 'string' ? durationMs(value) : undefined;
  if (ms !== undefined) return { ms };
  reader.problem(fields.for, `${DURATION}, or asset.<attribute>`);
  return undefined;
}

function readJob(reader: YamlReader, spot: Spot): JobOrder | undefined {
  const fields = reader.fields(spot, JOB_KEYS);
  if (!fields) return undefined;
  const kind = readPattern(reader, fields.kind, JOB_KIND, 'a kind of job such as emptying');
  const priority = readOneOf(reader, fields.priority, JOB_PRIORITIES);
  const due = valueOf(fields.due);
  const dueBy = typeof due === 'string' && isForecastVariable(due) ? due : undefined;
  const dueMs = isAbsent(fields.due) || dueBy ? null : readDuration(reader, fields.due);
  const joins = readNames(reader, fields.joins, null);
  const title = isAbsent(fields.title) ? null : readTitle(reader, fields.title);
  const reopenWithinMs = isAbsent(fields.reopenWithin) ? null : readReopenWithin(reader, fields.reopenWithin);
  if (kind === undefined || priority === undefined || dueMs === undefined || title === undefined) return undefined;
  if (reopenWithinMs === undefined || joins === undefined) return undefined;
  return {
    kind,
    priority,
    dueMs,
    title,
    ...(reopenWithinMs !== null && { reopenWithinMs }),
    ...(dueBy && { dueBy }),
    ...(joins && { joins }),
  };
}

function readReopenWithin(reader: YamlReader, spot: Spot): number | undefined {
  const ms = readDuration(reader, spot);
  if (ms === undefined || ms <= LONGEST_REOPEN_DAYS * DAY_MS) return ms;
  reader.problem(spot, `at most P${LONGEST_REOPEN_DAYS}D`);
  return undefined;
}

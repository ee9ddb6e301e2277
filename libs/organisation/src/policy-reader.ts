import { ASSET_TYPES } from '@stadtfunk/devices';
import { JOB_PRIORITIES, SEVERITIES } from '@stadtfunk/maintenance';
import {
  isAbsent,
  readCount,
  readDuration,
  readNames,
  readOneOf,
  readPattern,
  refuse,
  shown,
  valueOf,
  type Spot,
  type YamlReader,
} from '@stadtfunk/yaml';
import {
  COUNTING,
  ESCALATION_KEYS,
  ESCALATION_MATCH_KEYS,
  JOB_KIND,
  MATCH_KEYS,
  MOST_STEPS,
  MOST_WORKING_DAYS,
  OVERDUE_KEYS,
  OVERDUE_MATCH_KEYS,
  ROUTE_KEYS,
  SLA_KEYS,
  STEP_KEYS,
  WORKING_DURATION,
} from './organisation-format.ts';
import {
  ESCALATION_ROLES,
  type Deadline,
  type EscalationPolicy,
  type EscalationPolicyStep,
  type Match,
  type OrganisedDepartment,
  type OverduePolicy,
  type Route,
  type ServiceLevel,
} from './organisation.ts';
import { readList } from './values.ts';

/** What policies may refer to. */
export interface Known {
  /** Those in which nothing is wrong. */
  readonly departments: ReadonlyMap<string, OrganisedDepartment>;
  readonly departmentIds: readonly string[];
  readonly personIds: readonly string[];
}

/** A route never names a department as a condition that only a route could have given. */
export function readRoute(reader: YamlReader, spot: Spot, known: Known): Route | undefined {
  const fields = reader.fields(spot, ROUTE_KEYS);
  if (!fields) return undefined;
  const match = readMatch(reader, fields.for, known);
  const department = readDepartmentId(reader, fields.department, known);
  if (isAbsent(fields.department) && isAbsent(fields.crew)) {
    reader.problem(spot, "a 'department', or a 'crew' of the only department in 'for'");
    return undefined;
  }
  if (!match || department === undefined) return undefined;
  if (isAbsent(fields.crew)) return { match, department, crew: null, line: reader.lineOf(spot) };
  const owner = department ?? (match.departments?.length === 1 ? match.departments[0]! : null);
  if (owner === null) {
    reader.problem(fields.crew, "a crew only where 'department', or 'for' with one department, says whose it is");
    return undefined;
  }
  const crews = known.departments.get(owner)?.crews.map(({ crewId }) => crewId);
  if (crews === undefined) return undefined;
  const crew = readOneOf(reader, fields.crew, crews);
  return crew === undefined ? undefined : { match, department, crew, line: reader.lineOf(spot) };
}

export function readServiceLevel(reader: YamlReader, spot: Spot, known: Known): ServiceLevel | undefined {
  const fields = reader.fields(spot, SLA_KEYS);
  if (!fields) return undefined;
  const match = readMatch(reader, fields.for, known);
  const deadline = readDeadline(reader, spot, fields);
  return match && deadline && { match, deadline, line: reader.lineOf(spot) };
}

function readDeadline(
  reader: YamlReader,
  spot: Spot,
  { within, counting, workingDays }: Readonly<Record<(typeof SLA_KEYS)[number], Spot>>,
): Deadline | undefined {
  if (!isAbsent(workingDays)) {
    refuse(reader, [within, counting], 'workingDays');
    const days = readCount(reader, workingDays, 1, MOST_WORKING_DAYS);
    return days === undefined ? undefined : { kind: 'workingDays', days };
  }
  if (isAbsent(within)) {
    reader.problem(spot, "'within' (a duration) or 'workingDays' (a number)", 'neither');
    return undefined;
  }
  const kind = isAbsent(counting) ? 'calendar' : readOneOf(reader, counting, COUNTING);
  if (kind === 'working' && !WORKING_DURATION.test(String(valueOf(within)))) {
    reader.problem(within, 'hours and minutes of working time such as PT16H (for days there is workingDays)');
    return undefined;
  }
  const withinMs = readDuration(reader, within);
  if (kind === undefined || withinMs === undefined) return undefined;
  if (withinMs > 0) return { kind, withinMs };
  reader.problem(within, 'a duration that is not zero');
  return undefined;
}

export function readEscalation(
  reader: YamlReader,
  spot: Spot,
  { departmentIds, personIds }: Known,
): EscalationPolicy | undefined {
  const fields = reader.fields(spot, ESCALATION_KEYS);
  if (!fields) return undefined;
  const keys = isAbsent(fields.for) ? null : reader.fields(fields.for, ESCALATION_MATCH_KEYS);
  const severities = keys ? readNames(reader, keys.severity, SEVERITIES) : null;
  const named = keys ? readNames(reader, keys.department, departmentIds) : null;
  const steps = readSteps(reader, fields.steps, personIds);
  if (keys === undefined || severities === undefined || named === undefined || !steps) return undefined;
  return { match: { severities, departments: named }, steps, line: reader.lineOf(spot) };
}

export function readOverdue(
  reader: YamlReader,
  spot: Spot,
  { departmentIds, personIds }: Known,
): OverduePolicy | undefined {
  const fields = reader.fields(spot, OVERDUE_KEYS);
  if (!fields) return undefined;
  const keys = isAbsent(fields.for) ? null : reader.fields(fields.for, OVERDUE_MATCH_KEYS);
  const priorities = keys ? readNames(reader, keys.priority, JOB_PRIORITIES) : null;
  const named = keys ? readNames(reader, keys.department, departmentIds) : null;
  const counting = isAbsent(fields.counting) ? 'calendar' : readOneOf(reader, fields.counting, COUNTING);
  const isWorking = counting === 'working';
  const steps = readSteps(reader, fields.steps, personIds, isWorking ? WORKING_DURATION : null);
  if (keys === undefined || priorities === undefined || named === undefined || !counting || !steps) return undefined;
  return { match: { priorities, departments: named }, counting, steps, line: reader.lineOf(spot) };
}

/** One or more, each later than the one before. @param durations that are taken; null: any */
function readSteps(
  reader: YamlReader,
  spot: Spot,
  people: readonly string[],
  durations: RegExp | null = null,
): readonly EscalationPolicyStep[] | undefined {
  const steps = readList(reader, spot, 'steps', MOST_STEPS, (item) => readStep(reader, item, people, durations));
  if (steps?.length === 0) reader.problem(spot, 'one or more steps', shown(valueOf(spot)));
  if (!steps?.length) return undefined;
  const unordered = steps.findIndex(({ afterMs }, index) => index > 0 && afterMs <= steps[index - 1]!.afterMs);
  if (unordered <= 0) return steps;
  reader.problem(reader.items(spot)![unordered]!, 'a later time than that of the step before', 'not later');
  return undefined;
}

function readStep(
  reader: YamlReader,
  spot: Spot,
  people: readonly string[],
  durations: RegExp | null,
): EscalationPolicyStep | undefined {
  const fields = reader.fields(spot, STEP_KEYS);
  if (!fields) return undefined;
  if (durations && !durations.test(String(valueOf(fields.after)))) {
    reader.problem(fields.after, 'hours and minutes of working time such as PT4H');
    return undefined;
  }
  const afterMs = readDuration(reader, fields.after);
  const to = readNames(reader, fields.to, [...ESCALATION_ROLES, ...people]);
  if (to === null) reader.problem(fields.to, `one or more of ${ESCALATION_ROLES.join(', ')} and the ids of people`);
  return afterMs === undefined || !to ? undefined : { afterMs, to };
}

function readMatch(reader: YamlReader, spot: Spot, { departmentIds }: Known): Match | undefined {
  if (isAbsent(spot)) {
    return { types: null, districts: null, severities: null, kinds: null, priorities: null, departments: null };
  }
  const fields = reader.fields(spot, MATCH_KEYS);
  if (!fields) return undefined;
  const types = readNames(reader, fields.type, ASSET_TYPES);
  const districts = readNames<string>(reader, fields.district, null);
  const severities = readNames(reader, fields.severity, SEVERITIES);
  const kinds = readKinds(reader, fields.kind);
  const priorities = readNames(reader, fields.priority, JOB_PRIORITIES);
  const departments = readNames(reader, fields.department, departmentIds);
  if (types === undefined || districts === undefined || severities === undefined) return undefined;
  if (kinds === undefined || priorities === undefined || departments === undefined) return undefined;
  return { types, districts, severities, kinds, priorities, departments };
}

function readKinds(reader: YamlReader, spot: Spot): readonly string[] | null | undefined {
  if (isAbsent(spot)) return null;
  const items = reader.items(spot) ?? [spot];
  if (items.length === 0) reader.problem(spot, 'at least one kind of job', 'an empty list');
  const kinds = items.map((item) => readPattern(reader, item, JOB_KIND, 'a kind of job such as repair'));
  return kinds.length > 0 && kinds.every((kind) => kind !== undefined) ? kinds : undefined;
}

function readDepartmentId(reader: YamlReader, spot: Spot, { departmentIds }: Known): string | null | undefined {
  return isAbsent(spot) ? null : readOneOf(reader, spot, departmentIds);
}

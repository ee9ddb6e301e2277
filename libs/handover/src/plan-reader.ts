import { ok, type Result } from '@stadtfunk/kernel';
import { JOB_PRIORITIES, JOB_STATES, type JobPriority, type JobState } from '@stadtfunk/maintenance';
import {
  isAbsent,
  readCount,
  readDuration,
  readNames,
  readOneOf,
  readPattern,
  valueOf,
  YamlReader,
  type FileProblem,
  type Spot,
} from '@stadtfunk/yaml';
import { readEntries, readFieldName, readFields } from './field-reader.ts';
import type { HandoverPlan, PriorityPlan, ServiceNowPlan, StatePlan, StateWord, TargetPlan } from './plan.ts';
import {
  COLUMN,
  LONGEST_TIMEOUT_MS,
  MOST_TARGETS,
  REST_KEYS,
  SELECT_KEYS,
  SERVICENOW_KEYS,
  SOURCE,
} from './plan-format.ts';
import { TARGET_ID } from './plan-format.ts';
import { readUrl } from './place-reader.ts';
import { readAuth, readRest, readStatus } from './service-reader.ts';

const KINDS = ['servicenow', 'rest'] as const;
const DEFAULTS = { perMinute: 60, timeoutMs: 10_000, source: 'Stadtfunk' };
/** What a sensor confirms, nobody else can say. */
const STATES_IN = JOB_STATES.filter((state) => state !== 'verified');

/** Reads a hand-over file; what is wrong comes with file and line. */
export function readHandoverPlan(file: string, text: string): Result<HandoverPlan, readonly FileProblem[]> {
  const reader = new YamlReader(file, text);
  const targets = reader.problems.length === 0 ? readTargets(reader) : undefined;
  return targets && reader.problems.length === 0 ? ok({ targets }) : { ok: false, error: reader.problems };
}

function readTargets(reader: YamlReader): readonly TargetPlan[] | undefined {
  const root = reader.fields(reader.root, ['version', 'targets']);
  if (!root) return undefined;
  if (String(valueOf(root.version)) !== '1') reader.problem(root.version, "'1'");
  const items = reader.items(root.targets);
  if (!items || items.length === 0 || items.length > MOST_TARGETS) {
    reader.problem(root.targets, `a list of 1 to ${MOST_TARGETS} targets`);
    return undefined;
  }
  const targets = items.map((item) => readTarget(reader, item));
  for (const [index, target] of targets.entries()) {
    const isTaken = target && targets.slice(0, index).some((other) => other?.id === target.id);
    if (isTaken) reader.problem(items[index]!, 'an id that no other target has', `'${target.id}' again`);
  }
  return targets.every((target) => target !== undefined) ? targets : undefined;
}

function readTarget(reader: YamlReader, spot: Spot): TargetPlan | undefined {
  const plain = reader.plain(spot);
  const kind = KINDS.find((each) => each === (plain as { kind?: unknown } | null)?.kind);
  if (!kind) {
    const inner = typeof plain === 'object' && plain !== null && !Array.isArray(plain);
    reader.problem(spot, inner ? `'kind' with one of ${KINDS.join(', ')}` : 'a mapping');
    return undefined;
  }
  const isTable = kind === 'servicenow';
  const spots = reader.fields(spot, isTable ? SERVICENOW_KEYS : REST_KEYS) as Record<string, Spot> | undefined;
  if (!spots) return undefined;
  const at = (key: string) => spots[key]!;
  const insecure = isAbsent(at('insecure')) ? false : readFlag(reader, at('insecure'));
  const common = {
    id: readPattern(reader, at('id'), TARGET_ID, 'a name such as service-desk: a-z 0-9 -, up to 40'),
    select: readSelection(reader, at('select')),
    auth: readAuth(reader, at('auth'), isTable, insecure === true),
    create: readFields(reader, at('create'), isTable),
    fields: readFields(reader, at('fields'), isTable),
    state: readState(reader, at('state'), isTable),
    priority: isAbsent(at('priority')) ? null : readPriority(reader, at('priority'), isTable),
    status: readStatus(reader, at('status')),
    perMinute: isAbsent(at('perMinute')) ? DEFAULTS.perMinute : readCount(reader, at('perMinute'), 1, 6_000),
    timeoutMs: isAbsent(at('timeout')) ? DEFAULTS.timeoutMs : readTimeout(reader, at('timeout')),
    insecure,
  };
  const service = isTable
    ? readTable(reader, at, insecure === true)
    : readRest(reader, at, insecure === true, common.status?.everyMinutes ?? null);
  const all = { ...common, ...service };
  if (!service || Object.values(all).some((value) => value === undefined)) return undefined;
  const target = { kind, ...all } as TargetPlan;
  if (target.kind === 'servicenow' && target.auth?.kind === 'oauth' && target.auth.url === null) {
    return { ...target, auth: { ...target.auth, url: `${target.instance}/oauth_token.do` } };
  }
  return target;
}

function readTable(
  reader: YamlReader,
  at: (key: string) => Spot,
  insecure: boolean,
): { readonly [Key in 'instance' | 'table' | 'source' | 'notes' | 'photos']: ServiceNowPlan[Key] | undefined } {
  const url = readUrl(reader, at('instance'), [], insecure);
  const origin = url === undefined ? undefined : new URL(url).origin;
  if (url !== undefined && url.replace(/\/$/, '') !== origin) {
    reader.problem(at('instance'), 'an address without a path, such as https://city.service-now.com');
  }
  return {
    instance: origin,
    table: readPattern(reader, at('table'), COLUMN, 'a table such as incident or wm_task'),
    notes: isAbsent(at('notes'))
      ? null
      : readPattern(reader, at('notes'), COLUMN, 'a journal field such as work_notes'),
    photos: isAbsent(at('photos')) ? false : readFlag(reader, at('photos')),
    source: isAbsent(at('source'))
      ? DEFAULTS.source
      : readPattern(reader, at('source'), SOURCE, 'a name of 1 to 40 of A-Z a-z 0-9 . _ - and blanks'),
  };
}

function readSelection(reader: YamlReader, spot: Spot): TargetPlan['select'] | undefined {
  if (isAbsent(spot)) return { department: null, kind: null, priority: null };
  const spots = reader.fields(spot, SELECT_KEYS);
  if (!spots) return undefined;
  const department = readNames(reader, spots.department, null);
  const kind = readNames(reader, spots.kind, null);
  const priority = readNames(reader, spots.priority, JOB_PRIORITIES);
  return department === undefined || kind === undefined || priority === undefined
    ? undefined
    : { department, kind, priority };
}

function readState(reader: YamlReader, spot: Spot, isTable: boolean): StatePlan | undefined {
  const spots = reader.fields(spot, ['field', 'out', 'in']);
  const field = spots && readFieldName(reader, spots.field, isTable);
  const outs = spots && reader.fields(spots.out, JOB_STATES);
  if (!spots || !outs) return undefined;
  const words = JOB_STATES.map((state) => [state, readStateWord(reader, outs[state], isTable)] as const);
  const back = readBack(reader, spots.in, STATES_IN);
  if (field === undefined || !back || words.some(([, word]) => word === undefined)) return undefined;
  const out = Object.fromEntries(words) as Record<JobState, StateWord>;
  refuseUnknown(
    reader,
    JOB_STATES.map((state) => [outs[state], out[state].value] as const),
    back,
  );
  return { field, out, in: back };
}

function readStateWord(reader: YamlReader, spot: Spot, isTable: boolean): StateWord | undefined {
  const value = valueOf(spot);
  if (isWord(value)) return { value, with: [] };
  const spots = typeof value === 'object' ? reader.fields(spot, ['value', 'with']) : undefined;
  if (!spots) {
    if (typeof value !== 'object') reader.problem(spot, 'what this state is called there');
    return undefined;
  }
  const word = readWord(reader, spots.value);
  const more = readFields(reader, spots.with, isTable);
  return word === undefined || more === undefined ? undefined : { value: word, with: more };
}

function readPriority(reader: YamlReader, spot: Spot, isTable: boolean): PriorityPlan | undefined {
  const spots = reader.fields(spot, ['field', 'out', 'in']);
  const field = spots && readFieldName(reader, spots.field, isTable);
  const outs = spots && reader.fields(spots.out, JOB_PRIORITIES);
  if (!spots || !outs) return undefined;
  const words = JOB_PRIORITIES.map((priority) => [priority, readWord(reader, outs[priority])] as const);
  const back = readBack(reader, spots.in, JOB_PRIORITIES);
  if (field === undefined || !back || words.some(([, word]) => word === undefined)) return undefined;
  const out = Object.fromEntries(words) as Record<JobPriority, string | number>;
  refuseUnknown(
    reader,
    JOB_PRIORITIES.map((priority) => [outs[priority], out[priority]] as const),
    back,
  );
  return { field, out, in: back };
}

/** The words of the other system, each with what it means here. */
function readBack<T extends string>(
  reader: YamlReader,
  spot: Spot,
  meanings: readonly T[],
): Readonly<Record<string, T>> | undefined {
  const entries = readEntries(reader, spot)?.map(
    ([word, value]) => [word, readOneOf(reader, value, meanings)] as const,
  );
  if (!entries || entries.some(([, meaning]) => meaning === undefined)) return undefined;
  return Object.fromEntries(entries) as Record<string, T>;
}

/** What is said there comes back: a word that nothing is known of would be a problem of every job. */
function refuseUnknown(
  reader: YamlReader,
  words: readonly (readonly [spot: Spot, word: string | number])[],
  back: Readonly<Record<string, unknown>>,
): void {
  for (const [spot, word] of words) {
    if (!Object.hasOwn(back, String(word))) reader.problem(spot, "a word that 'in' has a meaning for", `'${word}'`);
  }
}

function readWord(reader: YamlReader, spot: Spot): string | number | undefined {
  const value = valueOf(spot);
  if (isWord(value)) return value;
  reader.problem(spot, 'a word or a number');
  return undefined;
}

function isWord(value: unknown): value is string | number {
  return typeof value === 'string' ? /^[^\p{Cc}]{1,200}$/u.test(value) : Number.isSafeInteger(value);
}

function readTimeout(reader: YamlReader, spot: Spot): number | undefined {
  const ms = readDuration(reader, spot);
  if (ms === undefined || (ms >= 100 && ms <= LONGEST_TIMEOUT_MS)) return ms;
  reader.problem(spot, 'a duration from PT0.1S to PT1M');
  return undefined;
}

function readFlag(reader: YamlReader, spot: Spot): boolean | undefined {
  const value = valueOf(spot);
  if (typeof value === 'boolean') return value;
  reader.problem(spot, 'true or false');
  return undefined;
}

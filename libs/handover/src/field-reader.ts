import { isAbsent, readCount, readOneOf, readPattern, valueOf, type Spot, type YamlReader } from '@stadtfunk/yaml';
import { FACT_NAMES, TIME_FACTS } from './facts.ts';
import { isPointer } from './json-pointer.ts';
import { FACT_FORMATS, type Constant, type FieldPlan, type FieldValue, type TextPart } from './plan.ts';
import { COLUMN, FIELD_KEYS, MOST_FIELDS, MOST_TEXT } from './plan-format.ts';

/** The entries of a mapping whose keys are the writer's own; undefined, with a problem noted, where it is none. */
export function readEntries(
  reader: YamlReader,
  spot: Spot,
): readonly (readonly [key: string, spot: Spot])[] | undefined {
  const plain = reader.plain(spot);
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) {
    reader.problem(spot, 'a mapping');
    return undefined;
  }
  const keys = Object.keys(plain);
  const fields = reader.fields(spot, keys);
  return fields && keys.map((key) => [key, fields[key]!] as const);
}

/** @param isTable whether the names are columns of a table, or else members of a body and JSON Pointers */
export function readFields(reader: YamlReader, spot: Spot, isTable: boolean): readonly FieldPlan[] | undefined {
  if (isAbsent(spot)) return [];
  const entries = readEntries(reader, spot);
  if (!entries) return undefined;
  if (entries.length > MOST_FIELDS) reader.problem(spot, `at most ${MOST_FIELDS} fields`, String(entries.length));
  const fields = entries.map(([name, value]) => {
    if (!isFieldName(name, isTable)) reader.problem(value, nameOf(isTable), `the name '${name}'`);
    const read = readValue(reader, value);
    return read && { name, value: read };
  });
  return fields.every((field) => field !== undefined) ? fields : undefined;
}

export function readFieldName(reader: YamlReader, spot: Spot, isTable: boolean): string | undefined {
  const name = readPattern(reader, spot, isTable ? COLUMN : /^.{1,200}$/u, nameOf(isTable));
  if (name === undefined || isFieldName(name, isTable)) return name;
  reader.problem(spot, nameOf(isTable));
  return undefined;
}

function isFieldName(name: string, isTable: boolean): boolean {
  if (isTable) return COLUMN.test(name);
  return name.startsWith('/') ? isPointer(name) : /^[^\p{Cc}]{1,200}$/u.test(name) && name !== '__proto__';
}

function nameOf(isTable: boolean): string {
  return isTable ? 'a column such as short_description' : 'a name, or a JSON Pointer such as /ticket/title';
}

function readValue(reader: YamlReader, spot: Spot): FieldValue | undefined {
  const value = valueOf(spot);
  if (typeof value === 'string') return readText(reader, spot, null);
  if (isConstant(value)) return { kind: 'constant', value };
  const spots = reader.fields(spot, FIELD_KEYS);
  if (!spots) return undefined;
  const given = (['value', 'text', 'from'] as const).filter((key) => spots[key].node !== null);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    reader.problem(spot, "one of 'value', 'text' and 'from'");
    return undefined;
  }
  for (const key of kind === 'from' ? [] : (['as', 'map', 'otherwise'] as const)) {
    if (spots[key].node !== null) reader.problem(spots[key], `no '${key}' beside '${kind}'`);
  }
  const longest = isAbsent(spots.longest) ? null : (readCount(reader, spots.longest, 1, MOST_TEXT) ?? null);
  if (kind === 'value') {
    const constant = readConstant(reader, spots.value);
    return constant === undefined ? undefined : { kind: 'constant', value: constant };
  }
  return kind === 'text' ? readText(reader, spots.text, longest) : readFact(reader, spots, longest);
}

function readFact(
  reader: YamlReader,
  spots: Readonly<Record<(typeof FIELD_KEYS)[number], Spot>>,
  longest: number | null,
): FieldValue | undefined {
  const fact = readOneOf(reader, spots.from, FACT_NAMES);
  const as = isAbsent(spots.as) ? null : readOneOf(reader, spots.as, FACT_FORMATS);
  const otherwise = spots.otherwise.node === null ? null : readConstant(reader, spots.otherwise);
  const map = isAbsent(spots.map) ? null : readMap(reader, spots.map);
  if (fact === undefined || as === undefined || otherwise === undefined || map === undefined) return undefined;
  if (as !== null && as !== 'text' && !TIME_FACTS.includes(fact)) {
    reader.problem(spots.as, `'text', because ${fact} is no time`);
  }
  return { kind: 'fact', fact, as, map, otherwise, longest };
}

function readMap(reader: YamlReader, spot: Spot): Readonly<Record<string, Constant>> | undefined {
  const entries = readEntries(reader, spot)?.map(([key, value]) => [key, readConstant(reader, value)] as const);
  return entries?.every(([, value]) => value !== undefined)
    ? (Object.fromEntries(entries) as Record<string, Constant>)
    : undefined;
}

function readConstant(reader: YamlReader, spot: Spot): Constant | undefined {
  const value = valueOf(spot) ?? null;
  if (isConstant(value) && (typeof value !== 'string' || value.length <= MOST_TEXT)) return value;
  reader.problem(spot, 'a text, a number, true, false or null');
  return undefined;
}

/** `{fact}` stands for a fact, `{{` and `}}` for braces. */
function readText(reader: YamlReader, spot: Spot, longest: number | null): FieldValue | undefined {
  const text = valueOf(spot);
  if (typeof text !== 'string' || text.length > MOST_TEXT) {
    reader.problem(spot, `a text of at most ${MOST_TEXT} characters`);
    return undefined;
  }
  const parts: TextPart[] = [];
  let isGood = true;
  for (const [token] of text.matchAll(/\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+/g)) {
    const name = /^\{([^{}]*)\}$/.exec(token)?.[1];
    const fact = FACT_NAMES.find((each) => each === name);
    if (fact !== undefined) parts.push({ fact });
    else if (name === undefined && token !== '{' && token !== '}') parts.push({ text: unescaped(token) });
    else {
      reader.problem(spot, `{name} with one of ${FACT_NAMES.join(', ')}; {{ for a brace`, token);
      isGood = false;
    }
  }
  return isGood ? { kind: 'text', parts, longest } : undefined;
}

function unescaped(token: string): string {
  return token === '{{' || token === '}}' ? token[0]! : token;
}

function isConstant(value: unknown): value is Constant {
  return (
    value === null ||
    ['string', 'boolean'].includes(typeof value) ||
    (typeof value === 'number' && Number.isFinite(value))
  );
}

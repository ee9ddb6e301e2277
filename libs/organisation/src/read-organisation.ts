import { FEDERAL_STATES, hash53, ok, type Result } from '@stadtfunk/kernel';
import { isAbsent, readOneOf, valueOf, YamlReader, type FileProblem, type Spot } from '@stadtfunk/yaml';
import { readDepartment, readPerson, type Identified } from './department-reader.ts';
import { readHours, readQuietHours, type Place } from './hours-reader.ts';
import { FILE_KEYS, MOST_DEPARTMENTS, MOST_PEOPLE, MOST_ROTAS, MOST_RULES } from './organisation-format.ts';
import type { Organisation } from './organisation.ts';
import { readEscalation, readOverdue, readRoute, readServiceLevel } from './policy-reader.ts';
import { readRota } from './rota-reader.ts';
import { declaredIds, readList, readZone, refuseDoubles } from './values.ts';

/** A file as text. `file` is what problems name. */
export interface OrganisationSource {
  readonly file: string;
  readonly text: string;
}

/** Reads and checks an organisation: all of it, or every problem at once. @param place where the file does not say */
export function readOrganisation(
  { file, text }: OrganisationSource,
  place: Place,
): Result<Organisation, readonly FileProblem[]> {
  const reader = new YamlReader(file, text);
  // After a syntax error the rest of the document is guesswork.
  const organisation = reader.problems.length === 0 ? readFile(reader, file, text, place) : undefined;
  if (organisation && reader.problems.length === 0) return ok(organisation);
  return { ok: false, error: [...reader.problems].sort((a, b) => a.line - b.line) };
}

function readFile(reader: YamlReader, file: string, text: string, standard: Place): Organisation | undefined {
  const fields = reader.fields(reader.root, FILE_KEYS);
  if (!fields) return undefined;
  const version = valueOf(fields.version);
  if (version !== '1' && version !== 1) reader.problem(fields.version, 'version "1"');
  const place = readPlace(reader, fields, standard);
  const personIds = declaredIds(reader, fields.people);
  const people = readItems(reader, fields.people, 'people', MOST_PEOPLE, (item) => readPerson(reader, item));
  const rotas = readItems(reader, fields.rotas, 'rotas', MOST_ROTAS, (item) =>
    readRota(reader, item, place, personIds),
  );
  const ids = { people: personIds, rotas: declaredIds(reader, fields.rotas) };
  const departments = readItems(reader, fields.departments, 'departments', MOST_DEPARTMENTS, (item) =>
    readDepartment(reader, item, place, ids),
  );
  const known = { departments, departmentIds: declaredIds(reader, fields.departments), personIds };
  const rules = <T>(spot: Spot, what: string, read: (item: Spot) => T | undefined) =>
    readList(reader, spot, what, MOST_RULES, read) ?? [];
  return {
    version: hash53(text).toString(36),
    file,
    ...place,
    people,
    rotas,
    departments,
    hours: readHours(reader, fields.hours, place) ?? null,
    quietHours: readQuietHours(reader, fields.quietHours, place) ?? null,
    routing: rules(fields.routing, 'routes', (item) => readRoute(reader, item, known)),
    serviceLevels: rules(fields.sla, 'service levels', (item) => readServiceLevel(reader, item, known)),
    escalation: rules(fields.escalation, 'policies', (item) => readEscalation(reader, item, known)),
    overdue: rules(fields.overdue, 'policies', (item) => readOverdue(reader, item, known)),
  };
}

function readPlace(
  reader: YamlReader,
  { zone, federalState }: Readonly<Record<'zone' | 'federalState', Spot>>,
  standard: Place,
): Place {
  const state = isAbsent(federalState) ? undefined : readOneOf(reader, federalState, FEDERAL_STATES);
  return {
    zone: readZone(reader, zone, standard.zone) ?? standard.zone,
    federalState: state ?? standard.federalState,
  };
}

/** By id; without the items in which something is wrong. */
function readItems<T>(
  reader: YamlReader,
  spot: Spot,
  what: string,
  most: number,
  read: (item: Spot) => Identified<T> | undefined,
): ReadonlyMap<string, T> {
  const sound: Identified<T>[] = [];
  readList(reader, spot, what, most, (item) => {
    const identified = read(item);
    if (identified) sound.push(identified);
    return identified;
  });
  refuseDoubles(reader, sound);
  return new Map(sound.map(({ id, value }) => [id, value]));
}

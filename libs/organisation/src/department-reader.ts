import { isAbsent, readOneOf, readPattern, readTitle, type Spot, type YamlReader } from '@stadtfunk/yaml';
import { readHours, readQuietHours, type Place } from './hours-reader.ts';
import { CREW_KEYS, DEPARTMENT_KEYS, MAIL_ADDRESS, MOST_CREWS, PERSON_KEYS } from './organisation-format.ts';
import type { Crew, OrganisedDepartment, Person } from './organisation.ts';
import { readDepot, readServiceDays } from './service-reader.ts';
import { isName, readId, readList, readName, refuseDoubles } from './values.ts';

/** Something of the file that others refer to by its id. */
export interface Identified<T> {
  readonly id: string;
  readonly spot: Spot;
  readonly value: T;
}

export function readPerson(reader: YamlReader, spot: Spot): Identified<Person> | undefined {
  const fields = reader.fields(spot, PERSON_KEYS);
  if (!fields) return undefined;
  const id = readId(reader, fields.id);
  const name = readName(reader, fields.name);
  const mail = isAbsent(fields.mail) ? null : readPattern(reader, fields.mail, MAIL_ADDRESS, 'an address: name@host');
  if (id === undefined || name === undefined || mail === undefined) return undefined;
  return { id, spot: fields.id, value: { personId: id, name, mail } };
}

/** @param known ids that it may refer to */
export function readDepartment(
  reader: YamlReader,
  spot: Spot,
  place: Place,
  known: { readonly people: readonly string[]; readonly rotas: readonly string[] },
): Identified<OrganisedDepartment> | undefined {
  const fields = reader.fields(spot, DEPARTMENT_KEYS);
  if (!fields) return undefined;
  const departmentId = readId(reader, fields.id);
  const name = readTitle(reader, fields.name);
  const crews = readList(reader, fields.crews, 'crews', MOST_CREWS, (item) => readCrew(reader, item));
  const hours = readHours(reader, fields.hours, place);
  const quietHours = readQuietHours(reader, fields.quietHours, place);
  const rotaId = isAbsent(fields.onCall) ? null : readOneOf(reader, fields.onCall, known.rotas);
  const leadId = isAbsent(fields.lead) ? null : readOneOf(reader, fields.lead, known.people);
  const serviceDays = readServiceDays(reader, fields.serviceDays);
  const depot = readDepot(reader, fields.depot);
  if (crews) refuseDoubles(reader, crews);
  if (departmentId === undefined || !name || !crews || hours === undefined || quietHours === undefined)
    return undefined;
  if (rotaId === undefined || leadId === undefined || !serviceDays || depot === undefined) return undefined;
  const people = { crews: crews.map(({ value }) => value), rotaId, leadId };
  const times = { hours, quietHours, serviceDays, depot };
  return { id: departmentId, spot: fields.id, value: { departmentId, name, ...people, ...times } };
}

function readCrew(reader: YamlReader, spot: Spot): Identified<Crew> | undefined {
  const fields = reader.fields(spot, CREW_KEYS);
  if (!fields) return undefined;
  const crewId = readId(reader, fields.id);
  const name = readTitle(reader, fields.name);
  if (crewId === undefined || !name || !isName(name.de) || !isName(name.en)) return undefined;
  return { id: crewId, spot: fields.id, value: { crewId, name } };
}

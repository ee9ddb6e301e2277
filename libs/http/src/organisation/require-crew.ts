import type { Organisation } from '@stadtfunk/organisation';
import { Problem } from '../problem.ts';

/** Refuses a crew that a department does not have. */
export function requireCrew({ departments }: Organisation, department: string, crew: string): void {
  const crews = (departments.get(department)?.crews ?? []).map(({ crewId }) => crewId);
  if (crews.includes(crew)) return;
  const there = crews.join(', ') || 'none';
  throw new Problem(422, 'crew.unknown', `department '${department}' has no crew '${crew}'; it has ${there}`);
}

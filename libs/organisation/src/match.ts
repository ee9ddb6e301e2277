import type { JobFacts, Match } from './organisation.ts';

/** Whether a job is of those that a match means. What is not known fits only where anything does. */
export function fits(match: Match, facts: JobFacts): boolean {
  const { types, districts, severities, kinds, priorities, departments } = match;
  return (
    isIn(types, facts.type) &&
    isIn(districts, facts.district) &&
    isIn(severities, facts.severity) &&
    isIn(kinds, facts.kind) &&
    isIn(priorities, facts.priority) &&
    isIn(departments, facts.department)
  );
}

export function isIn(names: readonly string[] | null, name: string | null): boolean {
  return names === null || (name !== null && names.includes(name));
}

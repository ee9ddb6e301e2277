import { fits } from './match.ts';
import type { Deadline, JobFacts, Organisation } from './organisation.ts';
import { isLeftOut, type WeeklyTimes } from './weekly-times.ts';
import { addWorkingTime, endOfWorkingDay } from './working-time.ts';

/** Where a job goes, and until when it has to be done. */
export interface PlannedJob {
  readonly department: string;
  readonly crew: string | null;
  readonly dueAt: number | null;
  /** Line of the route that decided; null: none fits, so it goes to whom the rule or the asset names. */
  readonly routeLine: number | null;
  /** Line of the service level that decided; null: none fits, so the rule's due time stays. */
  readonly serviceLevelLine: number | null;
}

/**
 * Decides on a job. Depends on nothing but its arguments, so deciding again gives the same.
 * @param from when the problem could be known, UTC ms
 * @param draftedDueAt what the rule says
 */
export function planJob(
  organisation: Organisation,
  facts: JobFacts,
  from: number,
  draftedDueAt: number | null,
): PlannedJob {
  const route = organisation.routing.find(({ match }) => fits(match, facts));
  const department = route?.department ?? facts.department;
  // The service level is that of whoever gets it.
  const level = organisation.serviceLevels.find(({ match }) => fits(match, { ...facts, department }));
  return {
    department,
    crew: route?.crew ?? null,
    dueAt: level ? dueTime(level.deadline, hoursOf(organisation, department), from) : draftedDueAt,
    routeLine: route?.line ?? null,
    serviceLevelLine: level?.line ?? null,
  };
}

/** When a department works; null: at all times. */
export function hoursOf({ departments, hours }: Organisation, departmentId: string): WeeklyTimes | null {
  return departments.get(departmentId)?.hours ?? hours;
}

/** Whether a department does not work on a date (UTC ms of its midnight), whatever the day of the week: a holiday. */
export function isDayOff(organisation: Organisation, departmentId: string, date: number): boolean {
  const { federalState } = organisation;
  return isLeftOut(hoursOf(organisation, departmentId) ?? { holidaysOf: federalState, closed: new Set() }, date);
}

/** When something is due that could be known at `from`; null: not within ten years. */
export function dueTime(deadline: Deadline, hours: WeeklyTimes | null, from: number): number | null {
  switch (deadline.kind) {
    case 'calendar':
      return from + deadline.withinMs;
    case 'working':
      return hours === null ? from + deadline.withinMs : addWorkingTime(hours, from, deadline.withinMs);
    case 'workingDays':
      return hours === null ? from + deadline.days * 24 * 3_600_000 : endOfWorkingDay(hours, from, deadline.days);
  }
}

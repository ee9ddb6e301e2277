export { planAskedJob, type NamedByPerson } from './asked-job.ts';
export { DEFAULT_ORGANISATION } from './default-organisation.ts';
export { jobsElsewhere, type MovedJob } from './dry-run.ts';
export { dueTime, hoursOf, isDayOff, planJob, type PlannedJob } from './job-plan.ts';
export { type Place } from './hours-reader.ts';
export { ORGANISATION_FILE_SCHEMA } from './organisation-file-schema.ts';
export { OrganisationEscalation, OrganisationPlanner, quietUntilFor } from './organisation-planner.ts';
export {
  type Crew,
  type Deadline,
  type Depot,
  type EscalationPolicy,
  type JobFacts,
  type Organisation,
  type OrganisedDepartment,
  type OverduePolicy,
  type Person,
  type Route,
  type ServiceLevel,
  type ServiceRule,
} from './organisation.ts';
export { quietUntil } from './quiet-hours.ts';
export { readOrganisation, type OrganisationSource } from './read-organisation.ts';
export { dutiesFrom, dutyAt, type Duty, type Rota } from './rota.ts';
export { type WeeklyTimes } from './weekly-times.ts';
export { addWorkingTime, endOfWorkingDay, workingTimeBetween } from './working-time.ts';

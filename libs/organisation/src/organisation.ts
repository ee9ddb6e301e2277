import type { AssetType } from '@stadtfunk/devices';
import type { FederalState } from '@stadtfunk/kernel';
import type { JobPriority, Severity, Text } from '@stadtfunk/maintenance';
import type { Rota } from './rota.ts';
import type { WeeklyTimes } from './weekly-times.ts';

/** How a city works: who does what, when, and until when. Read from one file, checked as a whole. */
export interface Organisation {
  /** Changes when the file does. */
  readonly version: string;
  readonly file: string;
  /** IANA name: of times that do not say another. */
  readonly zone: string;
  readonly federalState: FederalState;
  readonly people: ReadonlyMap<string, Person>;
  readonly rotas: ReadonlyMap<string, Rota>;
  readonly departments: ReadonlyMap<string, OrganisedDepartment>;
  /** Of departments that have none of their own; null: work goes on at all times. */
  readonly hours: WeeklyTimes | null;
  /** Of what belongs to no department. */
  readonly quietHours: WeeklyTimes | null;
  /** In these the first that fits counts. */
  readonly routing: readonly Route[];
  readonly serviceLevels: readonly ServiceLevel[];
  readonly escalation: readonly EscalationPolicy[];
  readonly overdue: readonly OverduePolicy[];
}

export interface Person {
  readonly personId: string;
  readonly name: string;
  readonly mail: string | null;
}

export interface Crew {
  readonly crewId: string;
  readonly name: Text;
}

export interface OrganisedDepartment {
  readonly departmentId: string;
  readonly name: Text;
  readonly crews: readonly Crew[];
  /** null: the hours of the whole organisation. */
  readonly hours: WeeklyTimes | null;
  readonly quietHours: WeeklyTimes | null;
  readonly rotaId: string | null;
  readonly leadId: string | null;
  /** On which days it works where; empty: from Monday to Friday everywhere. */
  readonly serviceDays: readonly ServiceRule[];
  /** Where its tours begin and end, in degrees; null: anywhere. */
  readonly depot: Depot | null;
}

export interface ServiceRule {
  /** 1 is Monday, 7 Sunday (ISO 8601). */
  readonly weekdays: readonly number[];
  /** null: in all that no other rule names. */
  readonly districts: readonly string[] | null;
}

export interface Depot {
  readonly latitude: number;
  readonly longitude: number;
}

/** What is known of a job that has to go somewhere. null: not known, or none. */
export interface JobFacts {
  readonly type: string | null;
  readonly district: string | null;
  readonly severity: Severity | null;
  readonly kind: string;
  readonly priority: JobPriority;
  /** Whom the rule or the asset names. */
  readonly department: string;
}

/** What must fit, all of it; null: anything does. */
export interface Match {
  readonly types: readonly AssetType[] | null;
  readonly districts: readonly string[] | null;
  readonly severities: readonly Severity[] | null;
  readonly kinds: readonly string[] | null;
  readonly priorities: readonly JobPriority[] | null;
  readonly departments: readonly string[] | null;
}

export interface Route {
  readonly match: Match;
  /** null: whom the rule or the asset names. */
  readonly department: string | null;
  readonly crew: string | null;
  readonly line: number;
}

/** Until when work has to be done. */
export type Deadline =
  | { readonly kind: 'calendar'; readonly withinMs: number }
  | { readonly kind: 'working'; readonly withinMs: number }
  /** Until work ends on the n-th working day after. */
  | { readonly kind: 'workingDays'; readonly days: number };

export interface ServiceLevel {
  readonly match: Match;
  readonly deadline: Deadline;
  readonly line: number;
}

export const ESCALATION_ROLES = ['onCall', 'lead'] as const;
export type EscalationRole = (typeof ESCALATION_ROLES)[number];

/** Whom an alert that nobody acknowledges is told to, and when. */
export interface EscalationPolicy {
  readonly match: Pick<Match, 'severities' | 'departments'>;
  readonly steps: readonly EscalationPolicyStep[];
  readonly line: number;
}

/** Whom a job is told to that is past its due time, and when. */
export interface OverduePolicy {
  readonly match: Pick<Match, 'priorities' | 'departments'>;
  /** `working`: times count the working time of the job's department. */
  readonly counting: 'calendar' | 'working';
  readonly steps: readonly EscalationPolicyStep[];
  readonly line: number;
}

export interface EscalationPolicyStep {
  readonly afterMs: number;
  /** Roles of the department, or ids of people. */
  readonly to: readonly string[];
}

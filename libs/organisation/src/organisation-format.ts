/** The format of the organisation's file: what the reader checks and the published schema says, each in one place. */

export const FILE_KEYS = [
  'version',
  'zone',
  'federalState',
  'hours',
  'quietHours',
  'people',
  'rotas',
  'departments',
  'sla',
  'routing',
  'escalation',
  'overdue',
] as const;
export const HOURS_KEYS = ['weekly', 'holidays', 'closed', 'zone'] as const;
export const SPAN_KEYS = ['days', 'from', 'to'] as const;
export const PERSON_KEYS = ['id', 'name', 'mail'] as const;
export const ROTA_KEYS = ['id', 'start', 'shiftDays', 'people', 'swaps', 'overrides', 'zone'] as const;
export const OVERRIDE_KEYS = ['from', 'to', 'person'] as const;
export const DEPARTMENT_KEYS = [
  'id',
  'name',
  'crews',
  'hours',
  'quietHours',
  'onCall',
  'lead',
  'serviceDays',
  'depot',
] as const;
export const SERVICE_KEYS = ['days', 'district'] as const;
export const DEPOT_KEYS = ['latitude', 'longitude'] as const;
export const CREW_KEYS = ['id', 'name'] as const;
export const MATCH_KEYS = ['type', 'district', 'severity', 'kind', 'priority', 'department'] as const;
export const SLA_KEYS = ['for', 'within', 'counting', 'workingDays'] as const;
export const ROUTE_KEYS = ['for', 'department', 'crew'] as const;
export const ESCALATION_KEYS = ['for', 'steps'] as const;
export const ESCALATION_MATCH_KEYS = ['severity', 'department'] as const;
export const OVERDUE_KEYS = ['for', 'counting', 'steps'] as const;
export const OVERDUE_MATCH_KEYS = ['priority', 'department'] as const;
export const STEP_KEYS = ['after', 'to'] as const;

export const HOLIDAYS = ['closed', 'open'] as const;
export const COUNTING = ['working', 'calendar'] as const;
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export const ID = /^[A-Za-z0-9_-]{1,64}$/;
export const JOB_KIND = /^[a-z][A-Za-z0-9]{0,40}$/;
export const DAYS_PATTERN = /^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?$/;
export const TIME = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/;
export const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
/** By the clocks of the zone, so without an offset from UTC. */
export const LOCAL_MOMENT = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):([0-5]\d)$/;
export const MAIL_ADDRESS = /^[^\s@<>(),;:"\\[\]]+@[^\s@<>(),;:"\\[\]]+$/u;
/** Hours, minutes and seconds: how long a working day is, is not the same every day. */
export const WORKING_DURATION = /^PT(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?$/;

export const LONGEST_TEXT = 200;
export const MOST_SHIFT_DAYS = 366;
export const MOST_WORKING_DAYS = 366;
export const MOST_STEPS = 20;
export const MOST_DEPARTMENTS = 200;
export const MOST_CREWS = 200;
export const MOST_PEOPLE = 5_000;
export const MOST_ROTAS = 200;
export const MOST_OVERRIDES = 1_000;
export const MOST_SPANS = 50;
export const MOST_SERVICE_RULES = 1_000;
export const MOST_CLOSED = 1_000;
export const MOST_RULES = 1_000;

/** The format of rule files: what the reader checks and the published schema says, each in one place. */

export const RULE_KEYS = [
  'id',
  'subject',
  'appliesTo',
  'when',
  'unchanged',
  'silent',
  'clear',
  'restart',
  'for',
  'clearFor',
  'readings',
  'severity',
  'department',
  'job',
  'mode',
  'title',
  'group',
  'examples',
] as const;
/** `shadow`: it runs live and only records. */
export const RULE_MODES = ['live', 'shadow'] as const;
export const APPLIES_TO_KEYS = ['type', 'district', 'model', 'tag'] as const;
export const SILENT_KEYS = ['of', 'intervals', 'margin', 'atLeast'] as const;
/** What a device may be silent of. */
export const SILENCES = ['contact', 'measurement'] as const;
/** The first step of a severity has `is` alone. */
export const SEVERITY_STEP_KEYS = ['is', 'after', 'when', 'priority'] as const;
export const JOB_KEYS = ['kind', 'priority', 'due', 'title', 'reopenWithin', 'joins'] as const;
export const GROUP_KEYS = ['by', 'atLeast', 'share', 'within', 'wait', 'severity', 'title', 'job'] as const;
export const TEXT_KEYS = ['de', 'en'] as const;
export const EXAMPLE_KEYS = ['name', 'start', 'asset', 'device', 'readings', 'until', 'alerts'] as const;
export const EXAMPLE_ASSET_KEYS = ['type', 'district', 'location', 'attributes'] as const;
export const EXAMPLE_DEVICE_KEYS = ['model', 'lifecycle', 'reportingInterval', 'registered'] as const;
/** Beside these a reading has quantities. */
export const EXAMPLE_READING_KEYS = ['at', 'receivedAt'] as const;
export const EXAMPLE_ALERT_KEYS = ['raised', 'severity', 'worsened', 'cleared'] as const;
export const EXAMPLE_WORSENED_KEYS = ['at', 'to'] as const;

export const RULE_ID = /^[a-z][A-Za-z0-9]{0,30}\.[a-z][A-Za-z0-9]{0,60}$/;
export const DEPARTMENT_ID = /^[A-Za-z0-9_-]{1,64}$/;
export const JOB_KIND = /^[a-z][A-Za-z0-9]{0,40}$/;
export const ASSET_ATTRIBUTE = /^asset\.([A-Za-z_]\w*)$/;
/** A moment with its offset from UTC: without one it would be another moment on every machine. */
export const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

export const MOST_READINGS = 100;
export const MOST_INTERVALS = 100;
/** Days. A problem that is back later is another one. */
export const LONGEST_REOPEN_DAYS = 90;
export const MOST_MEMBERS = 100_000;
/** Hours that the jobs of single alerts can wait for others. */
export const LONGEST_GROUP_HOURS = 24;
export const MOST_EXAMPLES = 100;
export const MOST_EXAMPLE_READINGS = 1_000;

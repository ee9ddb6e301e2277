/** The format of scenario files: what the reader checks and the published schema says, each in one place. */

export const SCENARIO_KEYS = [
  'version',
  'name',
  'title',
  'description',
  'start',
  'zone',
  'duration',
  'fleet',
  'seed',
  'speed',
  'weather',
  'faults',
  'short',
] as const;
export const FLEET_KEYS = ['bins', 'parkingSpots', 'streetLights', 'import'] as const;
export const SIZE_KEYS = ['bins', 'parkingSpots', 'streetLights'] as const;
export const SHORT_KEYS = ['duration', 'fleet'] as const;
export const WEATHER_KEYS = ['warmer', 'snowCm'] as const;
export const FAULT_KEYS = ['kind', 'target', 'count', 'share', 'at', 'spread', 'perYear', 'for', 'with'] as const;
export const TARGET_KEYS = ['asset', 'district', 'cabinet', 'model', 'on'] as const;
export const TARGET_ON = ['bin', 'spot', 'lamp'] as const;
export const TEXT_KEYS = ['de', 'en'] as const;

export const SCENARIO_NAME = /^[a-z][a-z0-9]{0,30}(-[a-z0-9]{1,30}){0,6}$/;
/** Local to the city, or with its offset. */
export const START = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?$/;
/** With its offset from UTC: a moment within a fault's scenario may lie in the hour that comes twice. */
export const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/;

export const MOST_OF_A_KIND = 1_000_000;
export const LONGEST_DAYS = 400;
export const MOST_FAULTS = 200;
/** A device-year with more of them than one every five minutes is no city. */
export const MOST_PER_YEAR = 100_000;

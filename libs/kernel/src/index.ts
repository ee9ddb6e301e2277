export { Clock } from './clock.ts';
export { durationMs } from './duration.ts';
export { Fault, messageOf } from './fault.ts';
export { MOST_DIGITS, writeInteger } from './digits.ts';
export { hash32, hash53, Hash53, hash53Of, idFrom } from './hash.ts';
export { DAY_MS, isZone, localTime, momentOfLocal, zoneOffsetMs } from './local-time.ts';
export { FEDERAL_STATES, publicHolidays, type FederalState } from './public-holidays.ts';
export { fail, ok, type CodedError, type Result } from './result.ts';

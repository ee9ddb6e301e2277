import type { ExternalStatus } from '@stadtfunk/maintenance';
import { valueAt } from './json-pointer.ts';
import { RECORD_PARTS, type RecordPointers } from './plan.ts';

/** A record of another system as far as it matters here. */
export type SystemRecord = Omit<ExternalStatus, 'target'>;

const LONGEST_ID = 256;
const LONGEST_WORD = 256;
const LONGEST_NOTE = 20_000;
/** Milliseconds since 1970 are beyond it, seconds are not until the year 5138. */
const MOST_SECONDS = 100_000_000_000;

/** A record without an id, or with one that is none, has none. */
export function readRecord(json: unknown, pointers: RecordPointers): SystemRecord {
  const at = (part: (typeof RECORD_PARTS)[number]) => {
    const pointer = pointers[part];
    return pointer === null ? undefined : valueAt(json, pointer);
  };
  return {
    externalId: wordOf(at('externalId'), LONGEST_ID),
    jobId: wordOf(at('jobId'), LONGEST_ID),
    externalNumber: wordOf(at('number'), LONGEST_WORD),
    state: wordOf(at('state'), LONGEST_WORD),
    priority: wordOf(at('priority'), LONGEST_WORD),
    assignee: wordOf(at('assignee'), LONGEST_WORD),
    note: wordOf(at('note'), LONGEST_NOTE),
    updatedAt: timeOf(at('updatedAt')),
    revision: countOf(at('revision')),
  };
}

/** ISO 8601, `2026-11-21 12:00:00` in UTC as ServiceNow has it, or seconds or milliseconds since 1970. */
export function timeOf(value: unknown): number | null {
  const count = typeof value === 'string' && /^\d{9,14}$/.test(value) ? Number(value) : value;
  if (typeof count === 'number') {
    return Number.isFinite(count) && count > 0 ? bounded(count < MOST_SECONDS ? count * 1_000 : count) : null;
  }
  if (typeof value !== 'string') return null;
  const utc = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value) ? `${value.replace(' ', 'T')}Z` : value;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/.test(utc)) return null;
  return bounded(Date.parse(utc));
}

function bounded(time: number): number | null {
  const rounded = Math.floor(time);
  return rounded > 0 && rounded < 253_402_300_800_000 ? rounded : null;
}

/** A word or a number; empty is none, and so is what no database takes. */
function wordOf(value: unknown, longest: number): string | null {
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
  if (typeof text !== 'string') return null;
  const word = text.trim();
  return word === '' || word.length > longest || /\u0000|\p{Cs}/u.test(word) ? null : word;
}

function countOf(value: unknown): number | null {
  const count = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : null;
}

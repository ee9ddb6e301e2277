import { PAYLOAD_CODES } from '@stadtfunk/device-catalog';
import { recurrenceText } from '@stadtfunk/maintenance';
import { afterAll, expect, it, vi } from 'vitest';

// Which language was chosen stands there.
vi.stubGlobal('localStorage', { getItem: () => null });
const { REASONS } = await import('./reason-texts.ts');
const { recurrenceInGerman } = await import('./schedule-words.ts');
afterAll(() => vi.unstubAllGlobals());

it('has words for every reason that a format of a device gives', () => {
  expect(Object.keys(PAYLOAD_CODES).filter((code) => !Object.hasOwn(REASONS, code))).toEqual([]);
});

it('says in German when something recurs', () => {
  expect(
    [
      recurrenceText({ every: 'day', hour: 3, minute: 20 }),
      recurrenceText({ every: 'hour', minute: 7 }),
      recurrenceText({ every: 'minutes', minutes: 10 }),
      recurrenceText({ every: 'minutes', minutes: 1 }),
    ].map(recurrenceInGerman),
  ).toEqual(['täglich um 03:20 Uhr', 'stündlich zur Minute 7', 'alle 10 Minuten', 'jede Minute']);
});

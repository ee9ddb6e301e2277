import { describe, expect, it } from 'vitest';
import { dayAt, isDay, isServiceDay, nextServiceDay, startOfDay, type ServiceDays } from './service-days.ts';

/** As Dessau repairs its lamps. */
const DESSAU: ServiceDays = [
  { department: 'lighting', weekdays: ['tue', 'fri'] },
  { department: 'lighting', district: 'Roßlau', weekdays: ['wed'] },
];
const LAMPS = { department: 'lighting', district: 'Mitte' };

describe('Service days', () => {
  it('are those of the district, else of the department, else Monday to Friday', () => {
    const week = Array.from({ length: 7 }, (_, index) => `2026-11-${23 + index}`);
    const days = (department: string, district: string | null) =>
      week
        .filter((day) => isServiceDay(DESSAU, { department, district }, day))
        .map((day) => day.slice(-2))
        .join(' ');

    expect(days('lighting', 'Mitte')).toBe('24 27');
    expect(days('lighting', null)).toBe('24 27');
    expect(days('lighting', 'Roßlau')).toBe('25');
    expect(days('waste', 'Roßlau')).toBe('23 24 25 26 27');
  });

  it('follow each other without those on which nobody works', () => {
    expect(nextServiceDay(DESSAU, LAMPS, '2026-11-24')).toBe('2026-11-27');
    expect(nextServiceDay(DESSAU, LAMPS, '2026-11-27')).toBe('2026-12-01');
    expect(nextServiceDay(DESSAU, LAMPS, '2026-12-22', (day) => day === '2026-12-25')).toBe('2026-12-29');
    expect(nextServiceDay([{ department: 'lighting', weekdays: [] }], LAMPS, '2026-11-24')).toBeUndefined();
  });

  it('are days of the clocks of the city', () => {
    expect(dayAt(Date.UTC(2026, 10, 23, 23, 30), 'Europe/Berlin')).toBe('2026-11-24');
    expect(startOfDay('2026-11-24', 'Europe/Berlin')).toBe(Date.UTC(2026, 10, 23, 23));
    expect(startOfDay('2026-03-29', 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 28, 23));
    expect(startOfDay('2026-03-30', 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 29, 22));
  });

  it('are told from what is none', () => {
    expect(['2026-11-24', '2026-02-30', '2026-1-1', 'x', '2026-13-01'].map(isDay)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

import { readOrganisation } from '@stadtfunk/organisation';
import { describe, expect, it } from 'vitest';
import { isServiceDay, nextServiceDay } from './service-days.ts';
import { tourCalendarOf } from './tour-calendar.ts';

const TEXT = `version: '1'
hours: { weekly: [{ days: mon-fri, from: '07:00', to: '15:30' }], closed: [2026-12-29] }
departments:
  - id: lighting
    name: { de: Licht, en: Light }
    depot: { latitude: 51.83, longitude: 12.24 }
    serviceDays: [{ days: [tue, fri] }, { days: wed, district: [Roßlau, Meinsdorf] }]
  - id: waste
    name: { de: Abfall, en: Waste }
    hours: { weekly: [{ days: mon-sat, from: '06:00', to: '14:00' }], holidays: open }
`;
const read = readOrganisation({ file: 'o.yaml', text: TEXT }, { zone: 'Europe/Berlin', federalState: 'ST' });
const calendarOf = (department: string) => tourCalendarOf(read.ok ? read.value : expect.fail(), department);
const next = (department: string, after: string) => {
  const { serviceDays, isHoliday } = calendarOf(department);
  return nextServiceDay(serviceDays, { department, district: 'Mitte' }, after, isHoliday);
};

describe('When and from where a department goes on tours', () => {
  it('is what the organisation says of it', () => {
    const { serviceDays, depot } = calendarOf('lighting');
    const days = (district: string) =>
      ['23', '24', '25', '26', '27', '28']
        .filter((day) => isServiceDay(serviceDays, { department: 'lighting', district }, `2026-11-${day}`))
        .join(' ');

    expect(depot).toEqual({ latitude: 51.83, longitude: 12.24 });
    expect([days('Mitte'), days('Roßlau'), days('Meinsdorf')]).toEqual(['24 27', '25', '25']);
  });

  it('leaves out its holidays and the days on which it is closed', () => {
    // 25 December is a Friday, 29 a Tuesday, 1 January a Friday.
    expect(next('lighting', '2026-12-22')).toBe('2027-01-05');
    expect(next('waste', '2026-12-24')).toBe('2026-12-25');
  });

  it('is Monday to Friday from anywhere, without holidays, where the organisation says nothing', () => {
    expect(calendarOf('parking')).toMatchObject({ serviceDays: [], depot: null });
    // Reformation Day, in Saxony-Anhalt: a Saturday in 2026, a Sunday in 2027; Epiphany is a Wednesday.
    expect(next('parking', '2027-01-05')).toBe('2027-01-07');
  });
});

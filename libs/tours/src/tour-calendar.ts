import { isDayOff, type Organisation } from '@stadtfunk/organisation';
import type { Position } from './position.ts';
import { WEEKDAYS, type ServiceDays } from './service-days.ts';

/** When and from where a department goes on tours. */
export interface TourCalendar {
  readonly serviceDays: ServiceDays;
  readonly depot: Position | null;
  /** Whether it does not work on a day, `2026-12-25`, whatever the day of the week. */
  readonly isHoliday: (day: string) => boolean;
}

/** As the organisation says it; of a department that it does not name, what holds for all. */
export function tourCalendarOf(organisation: Organisation, department: string): TourCalendar {
  const { serviceDays = [], depot = null } = organisation.departments.get(department) ?? {};
  return {
    serviceDays: serviceDays.flatMap(({ weekdays, districts }) => {
      const rule = { department, weekdays: weekdays.map((weekday) => WEEKDAYS[weekday - 1]!) };
      return districts === null ? [rule] : districts.map((district) => ({ ...rule, district }));
    }),
    depot,
    isHoliday: (day) => isDayOff(organisation, department, Date.parse(day)),
  };
}

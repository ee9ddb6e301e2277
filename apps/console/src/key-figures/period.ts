import { localTime, momentOfLocal } from '@stadtfunk/kernel';

/** UTC ms of the first moments of a month of the city and of the next one. */
function monthFrom(year: number, month: number, zone: string): readonly [from: number, to: number] {
  return [momentOfLocal(Date.UTC(year, month, 1), zone), momentOfLocal(Date.UTC(year, month + 1, 1), zone)];
}

/** The last months of the city with the present one, from the first moment of the first to the end of the last; UTC ms. */
export function lastMonths(count: number, now: number, zone: string): { readonly from: number; readonly to: number } {
  const today = new Date(localTime(now, zone));
  const [year, month] = [today.getUTCFullYear(), today.getUTCMonth()];
  return { from: monthFrom(year, month - count + 1, zone)[0], to: monthFrom(year, month, zone)[1] };
}

/** The middle of a month (`2026-11`), where its point is drawn; UTC ms. */
export function middleOf(month: string): number {
  return Date.parse(`${month}-15T12:00:00Z`);
}

import { fail, ok, type Result } from '@stadtfunk/kernel';
import type { Position } from './position.ts';

/** Where the tours of a department begin and end, by department. */
export type Depots = ReadonlyMap<string, Position>;

/** Reads `waste=50.1331,8.9167; lighting=50.12,8.9`: latitude, longitude. Errors: `depots.invalid`. */
export function readDepots(text: string): Result<Depots> {
  const depots = new Map<string, Position>();
  for (const part of text.split(';').map((each) => each.trim())) {
    if (part === '') continue;
    const [, department, ...degrees] =
      /^([\w-]{1,64})=(-?\d{1,2}(?:\.\d+)?),\s*(-?\d{1,3}(?:\.\d+)?)$/.exec(part) ?? [];
    const [latitude = NaN, longitude = NaN] = degrees.map(Number);
    if (department === undefined || !(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180)) {
      return fail('depots.invalid', 'department=latitude,longitude, in degrees');
    }
    depots.set(department, { longitude, latitude });
  }
  return ok(depots);
}

/** WGS 84, degrees. */
export interface Position {
  readonly longitude: number;
  readonly latitude: number;
}

/** Mean radius of the earth (IUGG), m. */
const EARTH_RADIUS_M = 6_371_008.8;
const RADIANS = Math.PI / 180;

/** Great-circle distance in m. A street is some 1.3 times as long. */
export function distanceM(a: Position, b: Position): number {
  const sinLatitude = Math.sin(((b.latitude - a.latitude) * RADIANS) / 2);
  const sinLongitude = Math.sin(((b.longitude - a.longitude) * RADIANS) / 2);
  const cosines = Math.cos(a.latitude * RADIANS) * Math.cos(b.latitude * RADIANS);
  const chord = sinLatitude * sinLatitude + cosines * sinLongitude * sinLongitude;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(chord)));
}

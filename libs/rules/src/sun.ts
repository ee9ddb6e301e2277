import { getPosition } from 'suncalc';

/** What suncalc adds for refraction to everything below the horizon: Meeus 16.4 at 0 degrees, in degrees. */
const REFRACTION_AT_HORIZON = (0.0002967 / Math.tan(0.00312536 / 0.08901179)) * (180 / Math.PI);

/**
 * Altitude of the sun in degrees at a moment (UTC ms) and place: as seen above the horizon, geometric below it, because
 * civil twilight (-6) is defined without refraction. Neither time zones nor clock changes have a part in it.
 */
export function sunAltitude(at: number, latitude: number, longitude: number): number {
  const { altitude } = getPosition(new Date(at), latitude, longitude);
  return altitude < REFRACTION_AT_HORIZON ? altitude - REFRACTION_AT_HORIZON : altitude;
}

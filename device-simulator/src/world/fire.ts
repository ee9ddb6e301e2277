import { exp } from '../exact.ts';

const MINUTE_MS = 60_000;
const HOTTEST_C = 380;

/**
 * What a sensor in the lid has around it, °C, this long after a fire has begun: it smoulders for some minutes, stands at its hottest after
 * about a quarter of an hour, and burns down to embers. Made up; what the rules know is 70 °C, which it passes after some three minutes.
 */
export function temperatureOfFire(sinceMs: number): number {
  const minutes = sinceMs / MINUTE_MS;
  const rise = 1 - exp(-minutes / 8);
  const burntDown = 0.35 + 0.65 * exp(-Math.max(0, minutes - 20) / 40);
  return 20 + (HOTTEST_C - 20) * rise * rise * burntDown;
}

/** How much warmer than the air it still is, this long after it was put out. */
export function warmthAfterFire(sinceMs: number): number {
  return 60 * exp(-sinceMs / (15 * MINUTE_MS));
}

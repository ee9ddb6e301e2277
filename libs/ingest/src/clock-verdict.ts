import type { Sample } from '@stadtfunk/device-catalog';
import type { ClockVerdict } from '@stadtfunk/readings';

/** How far a device's time may lie from the arrival of its uplink. */
export interface ClockLimits {
  /** A device's clock may run ahead by this much, ms. Field data: drift of 48 s a day between synchronisations. */
  readonly aheadMs: number;
  /** A sample that is the reason for the uplink may have waited this long for a network, ms. */
  readonly waitedMs: number;
  /** A history row may be this old, ms. Field data: rows of up to 944 days, which nobody can place any more. */
  readonly historyMs: number;
}

const DAY_MS = 86_400_000;

export const CLOCK_LIMITS: ClockLimits = {
  aheadMs: 10 * 60_000,
  waitedMs: 30 * DAY_MS,
  historyMs: 400 * DAY_MS,
};

/** Before this no NB-IoT device existed: a clock that was never set (1970, 1980, 2000). */
const FIRST_POSSIBLE = Date.UTC(2016, 0, 1);

export type JudgedTime =
  | { readonly observedAt: number; readonly clock: ClockVerdict }
  | { readonly refused: 'clock.unset' | 'clock.ahead' | 'clock.tooOld' };

/**
 * Where a sample belongs in time. A sample that is why the device sent is worth having even if its clock is wrong: it
 * happened about when it arrived. A history row with a wrong clock could lie anywhere, so it is refused.
 */
export function judgeTime(sample: Sample, receivedAt: number, limits: ClockLimits = CLOCK_LIMITS): JudgedTime {
  const isHistory = sample.kind === 'history';
  const oldest = receivedAt - (isHistory ? limits.historyMs : limits.waitedMs);
  const newest = receivedAt + limits.aheadMs;
  const { deviceTime } = sample;

  if (deviceTime === undefined) {
    const observedAt = receivedAt - (sample.ageMs ?? 0);
    if (observedAt >= oldest && observedAt <= newest) return { observedAt, clock: 'unknown' };
    return isHistory ? { refused: 'clock.tooOld' } : { observedAt: receivedAt, clock: 'unknown' };
  }
  if (deviceTime >= oldest && deviceTime <= newest) return { observedAt: deviceTime, clock: 'ok' };

  // Milliseconds sent where seconds are the rule, and the reverse.
  for (const unitSlip of [deviceTime / 1000, deviceTime * 1000]) {
    if (unitSlip >= oldest && unitSlip <= newest) return { observedAt: Math.round(unitSlip), clock: 'repaired' };
  }
  if (!isHistory) return { observedAt: receivedAt, clock: 'repaired' };
  if (deviceTime < FIRST_POSSIBLE) return { refused: 'clock.unset' };
  return { refused: deviceTime > newest ? 'clock.ahead' : 'clock.tooOld' };
}

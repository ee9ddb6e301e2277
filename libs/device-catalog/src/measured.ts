import type { CodedError } from '@stadtfunk/kernel';
import { isPossible, QUANTITIES, type MutableValues, type QuantityName } from '@stadtfunk/readings';

const RADIO: ReadonlySet<QuantityName> = new Set(['csq', 'rssi', 'rsrp', 'rsrq', 'snr']);

/**
 * Enters a value, unless it is absent. What cannot be true of the quantity at all (its range in QUANTITIES) stays out
 * with a problem; what is merely unlikely goes in and is judged later.
 */
export function put(
  values: MutableValues,
  problems: CodedError[],
  name: QuantityName,
  value: number | boolean | undefined,
): void {
  if (value === undefined) return;
  if (isPossible(name, value)) values[name] = value;
  else problems.push(impossible(name, value));
}

export function impossible(name: QuantityName, value: number | boolean): CodedError {
  const code = RADIO.has(name) ? 'radio.impossible' : 'value.impossible';
  return { code, detail: `${name} ${value} ${QUANTITIES[name].unit}` };
}

/** CSQ and the level that it stands for. 99 = unknown (3GPP TS 27.007): absent. 0 is "-113 dBm or less", 31 "-51 or more". */
export function putCsq(values: MutableValues, problems: CodedError[], csq: number | undefined): void {
  if (csq === undefined || csq === 99) return;
  put(values, problems, 'csq', csq);
  if (values.csq !== undefined) values.rssi = -113 + 2 * csq;
}

/** A distance in mm, undefined where the device says by a sentinel that it measured none. */
export function measuredDistance(mm: number | undefined): number | undefined {
  // 0: no echo or no sensor. Below 20: taken for invalid by Dragino's own decoders. 9999: no echo (Dingtek).
  // 0xFFFD no target, 0xFFFE disabled, 0xFFFF sensor error (Milesight EM410).
  return mm === undefined || mm < 20 || mm === 9999 || mm >= 0xfffd ? undefined : mm;
}

/** Volts, undefined for 0: what sends is not without supply, so 0 means not measured. */
export function measuredVoltage(volts: number | undefined): number | undefined {
  return volts === 0 ? undefined : volts;
}

/** A position; none without a fix, which devices send as 0,0 or as all ones (-1 as a 32-bit integer). */
export function putPosition(
  values: MutableValues,
  problems: CodedError[],
  latitude: number | undefined,
  longitude: number | undefined,
): void {
  if (latitude === undefined || longitude === undefined) return;
  if (latitude === 0 && longitude === 0) return;
  put(values, problems, 'latitude', latitude);
  put(values, problems, 'longitude', longitude);
}

/** Whether there is anything in it. */
export function hasValues(values: MutableValues): boolean {
  for (const _name in values) return true;
  return false;
}

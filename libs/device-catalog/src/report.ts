import type { CodedError } from '@stadtfunk/kernel';
import type { Report, Sample } from './format.ts';

/** A report without the keys that are not known. Assigned, not spread: this is made for every uplink. */
export function reportOf(
  samples: readonly Sample[],
  problems: readonly CodedError[],
  imei: string | undefined,
  counter?: number,
  firmware?: string,
): Report {
  const report: { -readonly [key in keyof Report]: Report[key] } = { samples, problems };
  if (imei !== undefined) report.imei = imei;
  if (counter !== undefined) report.counter = counter;
  if (firmware !== undefined) report.firmware = firmware;
  return report;
}

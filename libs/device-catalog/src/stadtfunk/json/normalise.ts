import type { Report, Sample } from '../../format.ts';
import { hasValues } from '../../measured.ts';
import { reportOf } from '../../report.ts';
import type { StadtfunkFields } from './decode.ts';

/** Names and units are canonical already; what is left is the shape. */
export function normaliseStadtfunk(fields: StadtfunkFields): Report {
  const samples: Sample[] = [];
  const { kind, observedAt, values } = fields;
  if (hasValues(values)) {
    samples.push(observedAt === undefined ? { kind, values } : { kind, deviceTime: observedAt, values });
  }
  for (const row of fields.history) {
    samples.push({ kind: 'history', deviceTime: row.observedAt, values: row.values });
  }
  return reportOf(samples, fields.problems, fields.imei, fields.counter);
}

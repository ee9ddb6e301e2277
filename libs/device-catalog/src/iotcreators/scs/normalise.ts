import type { CodedError } from '@stadtfunk/kernel';
import { normaliseDragino } from '../../dragino/nb/normalise.ts';
import type { Report, Sample } from '../../format.ts';
import { reportOf } from '../../report.ts';
import type { ScsFields } from './decode.ts';

/** The inner reports in turn. The arrival at the operator stays in the decoded fields: times are judged against our own. */
export function normaliseScs(fields: ScsFields): Report {
  const samples: Sample[] = [];
  const problems: CodedError[] = [...fields.envelope_problems];
  let firmware: string | undefined;
  for (const { inner } of fields.reports) {
    const report = normaliseDragino(inner);
    samples.push(...report.samples);
    problems.push(...report.problems);
    firmware = report.firmware ?? firmware;
  }
  return reportOf(samples, problems, fields.imei, undefined, firmware);
}

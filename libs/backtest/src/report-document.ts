import type { BacktestReport, ReportedAlert } from './report.ts';

/** A report as programs and people read it: times in ISO 8601, UTC. What the API answers and the command prints. */
export function documentOf({ from, to, rules, notCompared, notModelled, days, alerts, ...counts }: BacktestReport) {
  return {
    from: isoOf(from),
    to: isoOf(to),
    ...counts,
    rules: [...rules],
    notCompared: [...notCompared],
    notModelled: [...notModelled],
    days: [...days],
    alerts: alerts.map(alertDocumentOf),
  };
}

export type BacktestDocument = ReturnType<typeof documentOf>;

function alertDocumentOf({ ruleId, ruleVersion, severity, title, assetId, deviceId, job, ...alert }: ReportedAlert) {
  return {
    ruleId,
    ruleVersion,
    in: alert.in,
    severity,
    title,
    assetId,
    deviceId,
    raisedAt: isoOf(alert.raisedAt),
    clearedAt: alert.clearedAt === null ? null : isoOf(alert.clearedAt),
    members: alert.members,
    grouped: alert.groupAlertId !== null,
    job: job && {
      jobId: job.jobId,
      kind: job.kind,
      department: job.department,
      reopened: job.isReopened,
      joined: job.isJoined,
    },
  };
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}

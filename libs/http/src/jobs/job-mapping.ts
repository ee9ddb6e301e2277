import type { Job, JobChanges, JobEvent, JobFilter } from '@stadtfunk/maintenance';
import type { z } from 'zod';
import { toEvidenceBody } from '../alerts/alert-mapping.ts';
import { Problem } from '../problem.ts';
import { isoOf, isoOrNull } from '../schemas.ts';
import type { listJobs } from './job.schema.ts';

export function toJobFilter(query: z.output<(typeof listJobs)['query']>): JobFilter {
  const { state, asset, ...filter } = query;
  return {
    ...filter,
    ...(state === undefined ? {} : { states: state }),
    ...(asset === undefined ? {} : { assetId: asset }),
  };
}

export function toJobBody(job: Job) {
  return {
    jobId: job.jobId,
    number: job.number,
    kind: job.kind,
    title: job.title,
    department: job.department,
    crew: job.crew,
    assetId: job.assetId,
    deviceId: job.deviceId,
    priority: job.priority,
    state: job.state,
    assignee: job.assignee,
    waitingFor: job.waitingFor,
    tags: [...job.tags],
    createdAt: isoOf(job.createdAt),
    dueAt: isoOrNull(job.dueAt),
    overdueAt: isoOrNull(job.overdueAt),
    closedAt: isoOrNull(job.closedAt),
    evidence: job.evidence && toEvidenceBody(job.evidence),
    unprovenAt: isoOrNull(job.unprovenAt),
    alertIds: [...job.alertIds],
    version: job.version,
  };
}

export function toJobEventBody({ at, actor, action, from, to, note, changes }: JobEvent) {
  return { at: isoOf(at), actor, action, from, to, note, changes: changes ? toChangesBody(changes) : null };
}

function toChangesBody({ dueAt, setTags, unsetTags, ...same }: JobChanges) {
  return {
    ...same,
    ...(dueAt === undefined ? {} : { dueAt: isoOrNull(dueAt) }),
    ...(setTags && { setTags: [...setTags] }),
    ...(unsetTags && { unsetTags: [...unsetTags] }),
  };
}

/** The version of an If-Match header: `"3"`, `W/"3"` or `3`; `*` matches any. */
export function versionOfEtag(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const digits = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header.trim())?.[1];
  if (digits === undefined) throw new Problem(400, 'request.invalid', `If-Match must be a version, like "3"`);
  return Number(digits);
}

import type { Asset } from '@stadtfunk/devices';
import {
  ACTIVE_JOB_STATES,
  type ExternalReference,
  isActive,
  type Job,
  type JobChanges,
  type JobEvent,
  type JobPlace,
  type JobSelection,
} from '@stadtfunk/maintenance';
import type { z } from 'zod';
import { toEvidenceBody } from '../alerts/alert-mapping.ts';
import { Problem } from '../problem.ts';
import { isoOf, isoOrNull } from '../schemas.ts';
import { toPoint } from '../tours/tour-mapping.ts';
import type { countJobs } from './job.schema.ts';

/** What a caller may see of what he looks for. */
export function toJobSelection(
  query: z.output<(typeof countJobs)['query']>,
  {
    actor,
    departments,
    now,
  }: { readonly actor: string; readonly departments: readonly string[] | null; readonly now: number },
): JobSelection {
  const { state, asset, mine, overdue, dueBefore, ...same } = query;
  // What is closed is late no more.
  const states = overdue ? (state?.filter(isActive) ?? ACTIVE_JOB_STATES) : state;
  const before = overdue ? Math.min(now, dueBefore ?? now) : dueBefore;
  return {
    ...same,
    ...(states && { states }),
    ...(asset !== undefined && { assetId: asset }),
    ...(mine && { assignee: actor }),
    ...(before !== undefined && { dueBefore: before }),
    ...(departments && { departments }),
  };
}

export function toJobBody(job: Job) {
  return {
    jobId: job.jobId,
    number: job.number,
    kind: job.kind,
    title: job.title,
    description: job.description ?? null,
    department: job.department,
    crew: job.crew,
    assetId: job.assetId,
    deviceId: job.deviceId,
    place: job.place ? toPlaceBody(job.place) : null,
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

function toPlaceBody({ name, district, position }: JobPlace) {
  return { name, district, location: position && toPoint(position) };
}

/** Where a job is and what it is about, for those who go there. */
export function toJobAssetBody({ assetId, type, name, district, address, location, attributes }: Asset) {
  const { streetPoleNum, feederPillarNum, serialNumber } = attributes;
  const publicNumber = [streetPoleNum, feederPillarNum, serialNumber].find((each) => typeof each === 'string');
  const [longitude, latitude] = location.coordinates;
  return {
    ...{ assetId, type, name, district, address: address && { ...address } },
    publicNumber: publicNumber ?? null,
    location: toPoint({ longitude, latitude }),
  };
}

export function toJobHandoverBody({ target, externalNumber, state, changedAt, problem }: ExternalReference) {
  return {
    ...{ target, externalNumber, externalState: state, changedAt: isoOf(changedAt) },
    problem: problem && { code: problem.code, detail: problem.detail },
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
  const digits = /^(?:W\/)?"?(\d{1,15})"?$/.exec(header.trim())?.[1];
  if (digits === undefined) throw new Problem(400, 'request.invalid', `If-Match must be a version, like "3"`);
  return Number(digits);
}

import type { ExternalReference } from '@stadtfunk/maintenance';
import { isoOf, isoOrNull } from '../schemas.ts';

export function toHandoverBody(reference: ExternalReference) {
  const { target, jobId, externalId, externalNumber, state, priority, updatedAt, problem } = reference;
  return {
    target,
    jobId,
    externalId,
    externalNumber,
    externalState: state,
    externalPriority: priority,
    externalUpdatedAt: isoOrNull(updatedAt),
    problem: problem && { code: problem.code, detail: problem.detail },
    createdAt: isoOf(reference.createdAt),
    changedAt: isoOf(reference.changedAt),
  };
}

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { idFrom } from '@stadtfunk/kernel';
import type { Job, MaintenanceStore } from '@stadtfunk/maintenance';
import type { FastifyRequest } from 'fastify';
import { callerOf } from '../access/caller.ts';
import { found, Problem } from '../problem.ts';
import { versionOfEtag } from './job-mapping.ts';

/** Who changes something, where he may, on which version, and by which request. */
export interface Change {
  readonly accountId: string;
  readonly actor: string;
  /** null: all of them. */
  readonly departments: readonly string[] | null;
  /** Of `If-Match`. */
  readonly version?: number;
  /** Of `Idempotency-Key`. */
  readonly key?: string;
}

/** The change that a request asks for, as its headers say. */
export const ChangeBy = createParamDecorator((_data: unknown, context: ExecutionContext): Change => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const { accountId, actor, departments } = callerOf(request);
  refuseOtherAccount(request.headers['stadtfunk-account'], accountId);
  const version = versionOfEtag(request.headers['if-match']);
  const key = keyOf(request.headers['idempotency-key']);
  return {
    accountId,
    actor,
    departments,
    ...(version !== undefined && { version }),
    ...(key !== undefined && { key }),
  };
});

/** What is meant for one person is neither done in the name of another nor shown to them, who has signed in there meanwhile. */
export function refuseOtherAccount(meant: string | readonly string[] | undefined, accountId: string): void {
  if (meant === undefined || meant === accountId) return;
  throw new Problem(403, 'access.otherAccount', 'somebody else has signed in here than the one whose request this is');
}

/** A key of a client, bare or in quotes as draft-ietf-httpapi-idempotency-key-header has it. */
function keyOf(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = typeof header === 'string' ? /^"?([\w.:-]{8,128})"?$/.exec(header.trim())?.[1] : undefined;
  if (key === undefined) {
    throw new Problem(
      400,
      'request.invalid',
      'Idempotency-Key must be 8 to 128 of A-Z a-z 0-9 _ . : -, such as a UUID',
    );
  }
  return key;
}

/**
 * What makes two requests the same: who sends them, the key, and what they say. Something else under an old key is another request,
 * so that nothing is lost to a client that uses a key twice.
 */
export function requestKeyOf(
  { accountId, key }: Change,
  what: string,
  content: object,
): { readonly requestKey?: string } {
  return key === undefined ? {} : { requestKey: idFrom(accountId, key, what, JSON.stringify(content)) };
}

/** The job, or that there is none: one of another department is not known to whoever has nothing to do with it. */
export async function ownJob(
  maintenance: Pick<MaintenanceStore, 'findJob'>,
  jobId: string,
  departments: readonly string[] | null,
): Promise<Job> {
  const job = await maintenance.findJob(jobId);
  const isOwn = job && (departments === null || departments.includes(job.department));
  return found(isOwn ? job : undefined, 'job', jobId);
}

import { fail, ok, type Clock, type Result } from '@stadtfunk/kernel';
import type { ExternalReference, HandoverProblem, HandoverRecords, SeenRecord } from './handover-records.ts';
import { isActive, type Job, type JobAction, type JobPriority, type JobState } from './job.ts';
import type { JobEdit, JobMove, JobRefusal, MaintenanceStore } from './maintenance-store.ts';

/** What another system says of a record that stands for a job. */
export interface ExternalStatus extends SeenRecord {
  readonly target: string;
  /** The job, where the other system keeps our id. One of the two ids is needed. */
  readonly jobId: string | null;
  readonly assignee: string | null;
  readonly note: string | null;
}

/** What the words of another system mean here; undefined: nothing that is known. */
export interface StatusWords {
  state(external: string): JobState | undefined;
  priority(external: string): JobPriority | undefined;
}

/** `stale`: something newer is known. `recorded`: it could not be done to the job, and stands in the records for people to see. */
export type StatusOutcome = 'changed' | 'unchanged' | 'stale' | 'recorded';

export interface StatusParts {
  readonly records: HandoverRecords;
  readonly jobs: Pick<MaintenanceStore, 'findJob' | 'moveJob' | 'editJob' | 'commentJob'>;
  readonly clock: Clock;
}

/** As many characters as the API takes for a note. */
const LONGEST_NOTE = 2_000;
const LONGEST_NAME = 200;
const MOST_TRIES = 5;

const ACTION_TO: Partial<Readonly<Record<JobState, JobAction>>> = {
  assigned: 'assign',
  inProgress: 'start',
  waiting: 'wait',
  done: 'done',
  cancelled: 'cancel',
};

/** Who stands in the history of a job for what another system did. */
export function handoverActor(target: string): string {
  return `handover:${target}`;
}

/**
 * Does to a job what was done to its record in another system. Only what differs from what is known of the record does anything:
 * our own change that comes back does not. Saying the same twice, or again after a crash, comes to the same.
 * Fails with `handover.unknownReference` where no such job was handed over.
 */
export async function takeStatus(
  parts: StatusParts,
  status: ExternalStatus,
  words: StatusWords,
): Promise<Result<StatusOutcome>> {
  const { records, clock } = parts;
  const reference = await referenceOf(records, status);
  if (!reference) return fail('handover.unknownReference', `no job was handed over to ${status.target} as this record`);
  const isDouble = reference.externalId !== null && status.externalId !== null;
  if (isDouble && reference.externalId !== status.externalId) {
    const detail = 'another record of that system names the same job';
    await records.noteProblem(reference, { code: 'handover.doubled', detail }, clock.now());
    return ok('recorded');
  }
  const before = await records.noteSeen(reference, status, clock.now());
  if (!before) return ok('stale');
  const isNews = (name: 'state' | 'priority') =>
    status[name] !== null && (status[name] !== before[name] || !before.isSettled);
  if (!isNews('state') && !isNews('priority')) {
    await records.settle(reference, null, before.problem, clock.now());
    return ok('unchanged');
  }
  const problems = [
    isNews('state') ? await follow(parts, before, status, words) : null,
    isNews('priority') ? await prioritise(parts, before, status, words) : null,
  ];
  const problem = problems.find((each) => each !== null) ?? null;
  const job = await parts.jobs.findJob(reference.jobId);
  if (problem) await comment(parts, reference, problem);
  const isAgreed = problem === null && isNews('state');
  const standing = problem ?? (isNews('state') ? null : before.problem);
  await records.settle(reference, isAgreed ? (job?.state ?? null) : null, standing, clock.now());
  return ok(problem ? 'recorded' : 'changed');
}

async function referenceOf(
  records: HandoverRecords,
  { target, externalId, jobId }: ExternalStatus,
): Promise<ExternalReference | undefined> {
  const byRecord = externalId === null ? undefined : await records.findExternal(target, externalId);
  // Whoever names both must name what belongs together.
  if (byRecord) return jobId === null || byRecord.jobId === jobId ? byRecord : undefined;
  return jobId === null ? undefined : records.find({ target, jobId });
}

/** Moves the job to where its record is. What was closed here and is not known there yet stays closed: ours is on its way. */
async function follow(
  { jobs, clock }: StatusParts,
  { target, jobId, agreedState }: ExternalReference,
  { state, assignee, note }: ExternalStatus,
  words: StatusWords,
): Promise<HandoverProblem | null> {
  const wanted = words.state(state ?? '');
  if (!wanted) return { code: 'handover.stateUnknown', detail: `the state '${shown(state)}' has no meaning here` };
  const actor = handoverActor(target);
  const reason = cleaned(note, LONGEST_NOTE) ?? `${target}: ${shown(state)}`;
  const name = cleaned(assignee, LONGEST_NAME);
  let job = await jobs.findJob(jobId);
  for (let tries = 0; job && tries < MOST_TRIES; tries++) {
    if (isThere(job.state, wanted)) return null;
    const isPending = !isActive(job.state) && job.state !== agreedState;
    const [action] = isPending ? [] : stepsTo(job.state, wanted);
    if (!action) break;
    const move: JobMove = {
      ...{ jobId, action, actor, at: clock.now(), version: job.version },
      ...(action === 'assign' && name !== null && { assignee: name }),
      ...((action === 'wait' || note !== null) && { note: reason }),
    };
    const moved: Job | JobRefusal = await jobs.moveJob(move);
    if ('jobId' in moved) job = moved;
    else if (moved.code === 'job.conflict') job = await jobs.findJob(jobId);
    else return { code: 'handover.conflict', detail: moved.detail };
    // A move that worked is one of two at the most; a conflict is tried again.
    if (job && isThere(job.state, wanted)) return null;
  }
  if (!job) return { code: 'job.unknown', detail: 'the job is not there any more' };
  return { code: 'handover.conflict', detail: `the job is ${job.state} here and ${wanted} there` };
}

async function prioritise(
  { jobs, clock }: StatusParts,
  { target, jobId }: ExternalReference,
  { priority }: ExternalStatus,
  words: StatusWords,
): Promise<HandoverProblem | null> {
  const wanted = words.priority(priority ?? '');
  if (!wanted) {
    return { code: 'handover.priorityUnknown', detail: `the priority '${shown(priority)}' has no meaning here` };
  }
  const edit: JobEdit = { jobId, actor: handoverActor(target), at: clock.now(), priority: wanted };
  const edited = await jobs.editJob(edit);
  // A job that is over has no priority to change: nobody works on it any more.
  if ('jobId' in edited || edited.code === 'job.wrongState') return null;
  return { code: 'handover.conflict', detail: edited.detail };
}

async function comment({ jobs, clock }: StatusParts, { target, jobId }: ExternalReference, problem: HandoverProblem) {
  await jobs.commentJob(jobId, handoverActor(target), clock.now(), `${problem.code}: ${problem.detail}`);
}

/** What a sensor has confirmed is done, whatever else it is called. */
function isThere(state: JobState, wanted: JobState): boolean {
  return state === wanted || (state === 'verified' && wanted === 'done');
}

/** What people would do to get a job there; nothing: there is no way. */
function stepsTo(from: JobState, wanted: JobState): readonly JobAction[] {
  const direct = ACTION_TO[wanted];
  if (isActive(from)) return direct ? [direct] : [];
  if (wanted === 'open') return ['reopen'];
  // From one end to another there is no way but through open, which nobody there has asked for.
  return direct && isActive(wanted) ? ['reopen', direct] : [];
}

function shown(text: string | null): string {
  return cleaned(text, 60) ?? '';
}

/** Text of others on one line or more, that any database takes; null: none. */
function cleaned(text: string | null, length: number): string | null {
  const clean = (text ?? '').replace(/[\p{Cc}\p{Cs}]+/gu, (run) => (/^[\n\r\t]+$/.test(run) ? run : ' ')).trim();
  return clean === '' ? null : [...clean].slice(0, length).join('');
}

import {
  handoverActor,
  type ExternalReference,
  type JobEvent,
  type MaintenanceStore,
  type StatusParts,
} from '@stadtfunk/maintenance';
import { HELD_ELSEWHERE, type Answer, type Failure } from './failure.ts';

/** What people write to a record, apart from its fields: it can only be added to. */
export interface NoteJournal {
  /** Oldest first. */
  list(externalId: string): Promise<Answer<readonly string[]>>;
  add(externalId: string, text: string): Promise<Answer<unknown>>;
}

type Known = Pick<ExternalReference, 'target' | 'jobId'> & { readonly externalId: string };
type History = Pick<MaintenanceStore, 'jobHistory'>;

/** As many characters as the API takes for a comment. */
const LONGEST = 2_000;
/** By so many characters notes are told apart: systems cut, wrap and trim them. */
const COMPARED = 500;

/**
 * Writes the comments of a job to its record that do not stand there yet. What stands there is asked each time, so an attempt that
 * nobody heard the answer of is not made twice.
 * @param hold renews the right to work on the record; false: somebody else has it by now, and writes the rest
 */
export async function sendNotes(
  journal: NoteJournal,
  jobs: History,
  to: Known,
  hold: () => Promise<boolean>,
): Promise<Failure | null> {
  const ours = ownNotes(await jobs.jobHistory(to.jobId), to.target);
  if (ours.length === 0) return null;
  const present = await journal.list(to.externalId);
  if (!present.ok) return present.error;
  for (const text of without(ours, present.value)) {
    if (!(await hold())) return HELD_ELSEWHERE;
    const added = await journal.add(to.externalId, text);
    if (!added.ok) return added.error;
  }
  return null;
}

/** Comments the job with what others wrote to its record: neither what we wrote, nor what was taken before. Gives how many. */
export async function takeNotes(
  journal: NoteJournal,
  { jobs, clock }: Pick<StatusParts, 'clock'> & { readonly jobs: StatusParts['jobs'] & History },
  from: Known,
): Promise<Answer<number>> {
  const present = await journal.list(from.externalId);
  if (!present.ok) return present;
  const history = await jobs.jobHistory(from.jobId);
  const actor = handoverActor(from.target);
  // Also as the reason of a step that was taken at the same time.
  const taken = history.flatMap((event) => (event.actor === actor ? [event.note ?? ''] : []));
  const theirs = without(present.value.map(cleaned), ownNotes(history, from.target)).filter((text) => text !== '');
  const news = without(theirs, taken);
  for (const text of news) await jobs.commentJob(from.jobId, actor, clock.now(), text);
  return { ok: true, value: news.length };
}

/** What another system posts beside a status. */
export interface PostedNote {
  readonly text: string;
  /** The same in every repeat of the message, and in no other. */
  readonly requestKey: string;
  /** How many events the job's history had before: who came with it may have used it as the reason of a step. */
  readonly seenEvents: number;
}

/** Comments the job with a note that came by itself: not our own that comes back, not twice, and not what stands there already. */
export async function takePostedNote(
  { jobs, clock }: Pick<StatusParts, 'clock'> & { readonly jobs: StatusParts['jobs'] & History },
  from: Pick<Known, 'target' | 'jobId'>,
  { text, requestKey, seenEvents }: PostedNote,
): Promise<void> {
  const note = cleaned(text);
  const history = await jobs.jobHistory(from.jobId);
  const actor = handoverActor(from.target);
  const used = history.slice(seenEvents).flatMap((event) => (event.actor === actor ? [event.note ?? ''] : []));
  const isKnown = [...ownNotes(history, from.target), ...used].some((each) => keyOf(each) === keyOf(note));
  if (note === '' || isKnown) return;
  await jobs.commentJob(from.jobId, actor, clock.now(), note, requestKey);
}

/** As they stand in the record: with who wrote them. */
function ownNotes(history: readonly JobEvent[], target: string): readonly string[] {
  const theirs = handoverActor(target);
  return history.flatMap(({ action, actor, note }) => {
    return action === 'comment' && actor !== theirs && note !== null ? [`${actor}: ${note}`] : [];
  });
}

/** The first list less the second: of what stands in both more than once, as many as there are more. */
function without(texts: readonly string[], present: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const text of present) counts.set(keyOf(text), (counts.get(keyOf(text)) ?? 0) + 1);
  return texts.filter((text) => {
    const left = counts.get(keyOf(text)) ?? 0;
    if (left > 0) counts.set(keyOf(text), left - 1);
    return left === 0;
  });
}

function keyOf(text: string): string {
  return [...cleaned(text).replace(/\s+/gu, ' ')].slice(0, COMPARED).join('');
}

/** Any database takes it. */
function cleaned(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cs}]+/gu, (run) => (/^[\n\r\t]+$/.test(run) ? run : ' ')).trim();
  return [...clean].slice(0, LONGEST).join('');
}

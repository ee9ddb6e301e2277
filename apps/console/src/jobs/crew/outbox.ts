import { get } from 'idb-keyval';
import type { Job, JobState } from '../../api/types.ts';
import { crewStore, inOneStep } from './local-data.ts';

export type CrewMove = 'start' | 'wait' | 'done';

export type Deed =
  | { readonly kind: 'move'; readonly move: CrewMove; readonly note: string }
  | { readonly kind: 'comment'; readonly note: string }
  | { readonly kind: 'photo'; readonly photo: Blob };

/** Something that a person did, on its way to the server. */
export interface Entry {
  /** Also the key of the request: however often it is sent, it is done once. */
  readonly id: string;
  readonly accountId: string;
  readonly jobId: string;
  readonly jobNumber: number;
  readonly deed: Deed;
  /** UTC ms, by the clock of the device. */
  readonly madeAt: number;
  /** The version that the person saw; null: that which the entry before it makes. */
  readonly version: number | null;
  readonly state: 'waiting' | 'conflict' | 'refused';
  /** Why it waits for a decision. */
  readonly problem?: { readonly code?: string; readonly detail: string; readonly job?: Job };
  /** How often the server failed at it. Absent: never. */
  readonly failures?: number;
}

const KEY = 'outbox';

export async function readEntries(): Promise<readonly Entry[]> {
  return (await get<readonly Entry[]>(KEY, crewStore())) ?? [];
}

/** Changes the entries in one step. Of none nothing is kept. */
export function changeEntries(change: (entries: readonly Entry[]) => readonly Entry[]): Promise<void> {
  return inOneStep<readonly Entry[]>(KEY, (present, store) => {
    const entries = change(present ?? []);
    if (entries.length > 0) store.put(entries, KEY);
    else store.delete(KEY);
  });
}

/**
 * Entries of one job are sent in order: behind one that waits for a decision, all wait.
 * @param troubled jobs that are left out, because the server has just failed at one
 */
export function nextEntry(
  entries: readonly Entry[],
  accountId: string,
  troubled: ReadonlySet<string> = new Set(),
): Entry | undefined {
  const held = new Set(troubled);
  for (const entry of entries) {
    if (entry.accountId !== accountId) continue;
    if (entry.state === 'waiting' && !held.has(entry.jobId)) return entry;
    if (holdsUp(entry)) held.add(entry.jobId);
  }
  return undefined;
}

/** Nothing is built on a photo: one that the server does not take keeps no step back. */
function holdsUp({ deed, state }: Entry): boolean {
  return deed.kind !== 'photo' || state === 'waiting';
}

/** Those that wait for a decision about an entry of the same job before them. */
export function isBehind(entries: readonly Entry[], entry: Entry): boolean {
  const before = entries.slice(
    0,
    entries.findIndex(({ id }) => id === entry.id),
  );
  return before.some((each) => each.jobId === entry.jobId && each.state !== 'waiting' && holdsUp(each));
}

const STATE_AFTER: Readonly<Record<CrewMove, JobState>> = { start: 'inProgress', wait: 'waiting', done: 'done' };

/** A job as it will be when everything is sent. */
export function foretold<Shown extends Job>(job: Shown, entries: readonly Entry[]): Shown {
  // What waits for a decision may come to nothing.
  const moves = entries.filter((entry) => {
    return entry.jobId === job.jobId && entry.state === 'waiting' && !isBehind(entries, entry);
  });
  return moves.reduce<Shown>((shown, { deed }) => {
    if (deed.kind !== 'move') return shown;
    const waitingFor = deed.move === 'wait' ? deed.note : null;
    return { ...shown, state: STATE_AFTER[deed.move], waitingFor };
  }, job);
}

/** The version that a new move is made on: that which the person saw, or null behind a move of theirs that is not sent yet. */
export function baseVersion(entries: readonly Entry[], accountId: string, job: Job): number | null {
  const isBehindOwn = entries.some((entry) => {
    return entry.accountId === accountId && entry.jobId === job.jobId && entry.deed.kind === 'move';
  });
  return isBehindOwn ? null : job.version;
}

/** After an entry was done: the next move of its job is made on the version that came of it. */
export function withoutDone(entries: readonly Entry[], done: Entry, version: number | null): readonly Entry[] {
  return nextOn(
    entries.filter(({ id }) => id !== done.id),
    done,
    version,
  );
}

/** A step that was not taken becomes a comment; what comes behind it is made on the job that the person saw when deciding so. */
export function asComment(entries: readonly Entry[], held: Entry, note: string): readonly Entry[] {
  const { problem, ...same } = held;
  const comment: Entry = { ...same, state: 'waiting', deed: { kind: 'comment', note } };
  const changed = entries.map((entry) => (entry.id === held.id ? comment : entry));
  return nextOn(changed, held, problem?.job?.version ?? held.version);
}

function nextOn(entries: readonly Entry[], before: Entry, version: number | null): readonly Entry[] {
  const next = entries.findIndex(({ accountId, jobId, deed, version: base }) => {
    return accountId === before.accountId && jobId === before.jobId && deed.kind === 'move' && base === null;
  });
  const entry = entries[next];
  return version === null || !entry ? entries : entries.with(next, { ...entry, version });
}

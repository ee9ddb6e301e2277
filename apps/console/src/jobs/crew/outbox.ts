import { get, update } from 'idb-keyval';
import type { Job, JobState } from '../../api/types.ts';
import { crewStore } from './local-data.ts';

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
  readonly problem?: { readonly detail: string; readonly job?: Job };
}

const KEY = 'outbox';

export async function readEntries(): Promise<readonly Entry[]> {
  return (await get<readonly Entry[]>(KEY, crewStore())) ?? [];
}

/** Changes the entries in one step of the database: two open pages cannot lose one another's. */
export function changeEntries(change: (entries: readonly Entry[]) => readonly Entry[]): Promise<void> {
  return update<readonly Entry[]>(KEY, (entries) => change(entries ?? []), crewStore());
}

/** Entries of one job are sent in order: behind one that waits for a decision, all wait. */
export function nextEntry(entries: readonly Entry[], accountId: string): Entry | undefined {
  const held = new Set<string>();
  for (const entry of entries) {
    if (entry.accountId !== accountId) continue;
    if (entry.state === 'waiting' && !held.has(entry.jobId)) return entry;
    held.add(entry.jobId);
  }
  return undefined;
}

/** Those that wait for a decision about an entry of the same job before them. */
export function isBehind(entries: readonly Entry[], entry: Entry): boolean {
  const before = entries.slice(
    0,
    entries.findIndex(({ id }) => id === entry.id),
  );
  return before.some(({ jobId, state }) => jobId === entry.jobId && state !== 'waiting');
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

/** After an entry was done: the version that the next move of its job is made on. */
export function withoutDone(entries: readonly Entry[], done: Entry, version: number | null): readonly Entry[] {
  const rest = entries.filter(({ id }) => id !== done.id);
  const next = rest.findIndex(
    ({ jobId, deed, version: base }) => jobId === done.jobId && deed.kind === 'move' && base === null,
  );
  const entry = rest[next];
  return version === null || !entry ? rest : rest.with(next, { ...entry, version });
}

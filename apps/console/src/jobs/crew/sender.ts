import { callOnce } from '../../api/client.ts';
import { ApiError } from '../../api/problem.ts';
import type { Job } from '../../api/types.ts';
import type { Photo } from '../photo-upload.ts';
import { photoPath } from '../photo-upload.ts';
import { type Entry, nextEntry, withoutDone } from './outbox.ts';

/** Why sending stopped: nothing is left that could be sent now, nobody answers, or it is not (or no longer) this person who is signed in. */
export type Stop = 'idle' | 'away' | 'signedOut';

/** Where the entries are. */
export interface EntryBook {
  read(): Promise<readonly Entry[]>;
  change(change: (entries: readonly Entry[]) => readonly Entry[]): Promise<void>;
}

export interface SenderHandlers {
  /** The entries have changed. */
  onChange(): Promise<void>;
  onSending(entryId: string | null): void;
  /** The server's answer: the job as it is now. Kept before the entry is gone. */
  onJob(job: Job): Promise<void>;
}

/** So long a request may take in a bad network, ms. A connection that is dead and does not know it would hold up all others. */
const PATIENCE_MS = 30_000;
const PHOTO_PATIENCE_MS = 180_000;
/** So often the server may fail at one entry; then a person has to decide. */
const MOST_FAILURES = 5;
/** Signed in there now is somebody else, in whose name nothing of this is done. */
const OTHER_ACCOUNT = 'access.otherAccount';

/** One page of the browser sends at a time: the others find nothing to do. */
export async function sendAll(accountId: string, book: EntryBook, handlers: SenderHandlers): Promise<Stop> {
  try {
    return await navigator.locks.request('stadtfunk-crew-outbox', { ifAvailable: true }, async (lock) =>
      lock ? send(accountId, book, handlers) : 'idle',
    );
  } finally {
    handlers.onSending(null);
  }
}

/** Sends what one person has entered, in order. What the server fails at holds up its own job, and no other. */
export async function send(accountId: string, book: EntryBook, handlers: SenderHandlers): Promise<Stop> {
  const troubled = new Set<string>();
  for (;;) {
    const entry = nextEntry(await book.read(), accountId, troubled);
    if (!entry) return 'idle';
    handlers.onSending(entry.id);
    try {
      const job = await sendOne(entry);
      if (job) await handlers.onJob(job);
      await book.change((entries) =>
        withoutDone(entries, entry, job && entry.deed.kind === 'move' ? job.version : null),
      );
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      // Nobody answered, or the server has too much to do: it may have been done, and is sent again with its key.
      if (thrown.status === 0 || thrown.status === 429) return 'away';
      if (thrown.status === 401 || thrown.code === OTHER_ACCOUNT) return 'signedOut';
      if (thrown.status < 500 || (await isHopeless(book, entry, thrown))) await hold(book, entry, thrown);
      else troubled.add(entry.jobId);
    }
    await handlers.onChange();
  }
}

/** Counts how often the server failed at an entry. A part of it that is away (503) comes back; anything else may be the entry's fault. */
async function isHopeless(book: EntryBook, entry: Entry, { status }: ApiError): Promise<boolean> {
  if (status === 503) return false;
  const failures = (entry.failures ?? 0) + 1;
  await book.change((entries) => entries.map((each) => (each.id === entry.id ? { ...each, failures } : each)));
  return failures >= MOST_FAILURES;
}

/** What the server does not take waits until the person has decided. */
function hold(book: EntryBook, entry: Entry, { isConflict, code, detail, body }: ApiError): Promise<void> {
  const job = body['job'] as Job | undefined;
  const isAboutJob = isConflict && job !== undefined;
  return book.change((entries) =>
    entries.map((each) =>
      each.id === entry.id
        ? { ...each, state: isAboutJob ? 'conflict' : 'refused', problem: { code, detail, ...(job && { job }) } }
        : each,
    ),
  );
}

/** The job after it; null: that is not told. */
async function sendOne({ id, accountId, jobId, deed, version }: Entry): Promise<Job | null> {
  const path = `/jobs/${encodeURIComponent(jobId)}`;
  const headers = { 'idempotency-key': id, 'stadtfunk-account': accountId };
  switch (deed.kind) {
    case 'photo':
      await ask<Photo>('photoId', photoPath(jobId), deed.photo, headers, PHOTO_PATIENCE_MS);
      return null;
    case 'comment':
      return ask<Job>('jobId', `${path}/comments`, { note: deed.note }, headers);
    case 'move': {
      const seen = version === null ? {} : { 'if-match': `"${version}"` };
      const body = deed.note === '' ? {} : { note: deed.note };
      return ask<Job>('jobId', `${path}/${deed.move}`, body, { ...headers, ...seen });
    }
  }
}

/**
 * Only an answer that names what was asked for is one: something between here and the server may greet, or break off. Then nobody
 * knows whether it was done.
 */
async function ask<T extends object>(
  name: keyof T,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const signal = AbortSignal.timeout(patienceMs);
  const answer = await callOnce<T | undefined>('POST', path, body, { headers, signal }).catch((thrown: unknown) => {
    if (thrown instanceof ApiError) throw thrown;
    return undefined;
  });
  if (answer?.[name] === undefined) throw new ApiError(0, 'server.away', '');
  return answer;
}

import { callOnce } from '../../api/client.ts';
import { ApiError } from '../../api/problem.ts';
import type { Job } from '../../api/types.ts';
import { photoPath } from '../photo-upload.ts';
import { changeEntries, type Entry, nextEntry, readEntries, withoutDone } from './outbox.ts';

/** Why sending stopped: all is sent or waits for a decision, nobody answers, or the session is over. */
export type Stop = 'idle' | 'away' | 'signedOut';

export interface SenderHandlers {
  /** The entries have changed. */
  onChange(): Promise<void>;
  onSending(entryId: string | null): void;
  /** The server's answer: the job as it is now. */
  onJob(job: Job): void;
}

/** One page of the browser sends at a time: the others find nothing to do. */
export async function sendAll(accountId: string, handlers: SenderHandlers): Promise<Stop> {
  const stop = await navigator.locks.request('stadtfunk-crew-outbox', { ifAvailable: true }, async (lock) =>
    lock ? send(accountId, handlers) : 'idle',
  );
  handlers.onSending(null);
  return stop;
}

async function send(accountId: string, handlers: SenderHandlers): Promise<Stop> {
  for (;;) {
    const entry = nextEntry(await readEntries(), accountId);
    if (!entry) return 'idle';
    handlers.onSending(entry.id);
    try {
      const job = await sendOne(entry);
      if (job) handlers.onJob(job);
      await changeEntries((entries) =>
        withoutDone(entries, entry, job && entry.deed.kind === 'move' ? job.version : null),
      );
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      // Nobody answered, or the server has trouble or too much to do: it may have been done, and is sent again with its key.
      if (thrown.status === 0 || thrown.status >= 500 || thrown.status === 429) return 'away';
      if (thrown.status === 401) return 'signedOut';
      await hold(entry, thrown);
    }
    await handlers.onChange();
  }
}

/** What the server does not take waits until the person has decided. */
function hold(entry: Entry, { isConflict, detail, body }: ApiError): Promise<void> {
  const job = body['job'] as Job | undefined;
  const isAboutJob = isConflict && job !== undefined;
  return changeEntries((entries) =>
    entries.map((each) =>
      each.id === entry.id
        ? { ...each, state: isAboutJob ? 'conflict' : 'refused', problem: { detail, ...(job && { job }) } }
        : each,
    ),
  );
}

async function sendOne({ id, jobId, deed, version }: Entry): Promise<Job | null> {
  const path = `/jobs/${encodeURIComponent(jobId)}`;
  const headers = { 'idempotency-key': id };
  switch (deed.kind) {
    case 'photo':
      await callOnce('POST', photoPath(jobId), deed.photo, { headers });
      return null;
    case 'comment':
      return callOnce<Job>('POST', `${path}/comments`, { note: deed.note }, { headers });
    case 'move': {
      const seen = version === null ? {} : { 'if-match': `"${version}"` };
      const body = deed.note === '' ? {} : { note: deed.note };
      return callOnce<Job>('POST', `${path}/${deed.move}`, body, { headers: { ...headers, ...seen } });
    }
  }
}

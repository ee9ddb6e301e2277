import { callOnce } from '../../api/client.ts';
import { ApiError } from '../../api/problem.ts';
import type { Job, ListedJob, Organisation, Page, Session } from '../../api/types.ts';
import { createStore, useStore } from '../../shell/store.ts';
import {
  crewChoice,
  forgetJobs,
  isTooOld,
  jobs as keptJobs,
  organisation as keptOrganisation,
  owner as keptOwner,
  type CrewChoice,
  type Owner,
} from './local-data.ts';
import { asComment, baseVersion, changeEntries, type Deed, type Entry, readEntries, withoutDone } from './outbox.ts';
import { sendAll } from './sender.ts';

export interface CrewState {
  /** Undefined until the device has been looked at; null: nobody has used it. */
  readonly owner: Owner | null | undefined;
  readonly jobs: readonly ListedJob[];
  /** When the jobs were read, UTC ms; null: never, or too long ago. */
  readonly at: number | null;
  readonly wasTooOld: boolean;
  /** There are more jobs than are shown: those that are due first are. */
  readonly isCut: boolean;
  readonly choice: CrewChoice | null;
  readonly organisation: Organisation | null;
  readonly entries: readonly Entry[];
  readonly sendingId: string | null;
  readonly connection: 'unknown' | 'online' | 'offline' | 'signedOut';
}

const BEGINNING: CrewState = {
  owner: undefined,
  jobs: [],
  at: null,
  wasTooOld: false,
  isCut: false,
  choice: null,
  organisation: null,
  entries: [],
  sendingId: null,
  connection: 'unknown',
};

const ACTIVE = 'open,assigned,inProgress,waiting';
/** More than a crew does in weeks, and few enough for the storage of a telephone. */
export const MOST_JOBS = 200;
const state = createStore<CrewState>(BEGINNING);
const change = (part: Partial<CrewState>) => state.set({ ...state.get(), ...part });

export function useCrew(): CrewState {
  return useStore(state);
}

/** What is on this device. Of somebody else's, only what has yet to be sent stays. */
export async function openDevice(signedIn: Owner | null): Promise<void> {
  const before = (await keptOwner.read()) ?? null;
  const isOther = signedIn !== null && before !== null && before.accountId !== signedIn.accountId;
  if (isOther) await forgetJobs();
  if (signedIn) await keptOwner.write(signedIn);
  const kept = isOther ? undefined : await keptJobs.read();
  const wasTooOld = kept !== undefined && isTooOld(kept, Date.now());
  if (wasTooOld && before) await keptJobs.keep(before, { at: 0, jobs: [] });
  const isShown = kept !== undefined && !wasTooOld && kept.at > 0;
  change({
    owner: signedIn ?? before,
    jobs: isShown ? kept.jobs : [],
    at: isShown ? kept.at : null,
    isCut: isShown && kept.isCut === true,
    wasTooOld,
    choice: (await crewChoice.read()) ?? null,
    organisation: (await keptOrganisation.read()) ?? null,
    entries: await ownEntries(signedIn ?? before),
  });
}

async function ownEntries(owner: Owner | null | undefined): Promise<readonly Entry[]> {
  return (await readEntries()).filter(({ accountId }) => accountId === owner?.accountId);
}

async function readAgain(): Promise<void> {
  change({ entries: await ownEntries(state.get().owner) });
}

/** Sends what waits, then reads the jobs anew. */
export async function synchronise(): Promise<void> {
  const { owner } = state.get();
  if (!owner) return;
  const stop = await sendAll(
    owner.accountId,
    { read: readEntries, change: changeEntries },
    { onChange: readAgain, onSending: (sendingId) => change({ sendingId }), onJob: putJob },
  );
  await readAgain();
  if (stop === 'idle') await refresh();
  else change({ connection: stop === 'away' ? 'offline' : 'signedOut' });
}

/** The jobs of this person and of the chosen crew, as the server has them now. */
async function refresh(): Promise<void> {
  const { choice, owner } = state.get();
  try {
    // Somebody else may have signed in in another tab: their jobs are not this person's.
    const { accountId } = await callOnce<Session>('GET', '/session');
    if (!owner || accountId !== owner.accountId) return change({ connection: 'signedOut' });
    const lists = await Promise.all([
      readJobs({ mine: 'true' }),
      ...(choice ? [readJobs({ department: choice.department, crew: choice.crew })] : []),
    ]);
    const byId = new Map(lists.flatMap(({ items }) => items).map((job) => [job.jobId, job]));
    const isCut = lists.some(({ next }) => next !== null);
    const jobs = [...stillNeeded(byId), ...byId.values()].sort(byDue);
    const at = Date.now();
    change({ jobs, at, isCut, wasTooOld: false, connection: 'online' });
    await keptJobs.keep(owner, { at, jobs, isCut });
    const organisation = await callOnce<Organisation>('GET', '/organisation');
    change({ organisation });
    await keptOrganisation.keep(owner, organisation);
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    change({ connection: thrown.status === 401 ? 'signedOut' : 'offline' });
  }
}

/** Jobs that are not this person's any more, or done, but about which something has yet to be sent or decided. */
function stillNeeded(present: ReadonlyMap<string, ListedJob>): readonly ListedJob[] {
  const { jobs, entries } = state.get();
  return jobs.flatMap((job) => {
    const own = entries.filter(({ jobId }) => jobId === job.jobId);
    if (own.length === 0 || present.has(job.jobId)) return [];
    return [{ ...job, ...own.findLast(({ problem }) => problem?.job)?.problem?.job }];
  });
}

function readJobs(filter: Readonly<Record<string, string>>): Promise<Page<ListedJob>> {
  const params = new URLSearchParams({
    ...filter,
    state: ACTIVE,
    order: 'due',
    with: 'asset',
    limit: String(MOST_JOBS),
  });
  return callOnce<Page<ListedJob>>('GET', `/jobs?${params.toString()}`);
}

function byDue(one: ListedJob, other: ListedJob): number {
  return (one.dueAt ?? '9') < (other.dueAt ?? '9') ? -1 : 1;
}

/** Kept, too: who goes on without a network makes the next step on the job as it is, and not on what it was. */
async function putJob(job: Job): Promise<void> {
  const { at, jobs: before, isCut, owner } = state.get();
  const jobs = before.map((known) => (known.jobId === job.jobId ? { ...known, ...job } : known));
  change({ jobs });
  if (at !== null && owner) await keptJobs.keep(owner, { at, jobs, isCut });
}

/** Notes a deed on the device, then tries to send it. Rejects where the device cannot keep it. */
export async function doDeed(job: Job, deed: Deed): Promise<void> {
  const { owner } = state.get();
  if (!owner) throw new Error('nobody uses this device');
  const id = crypto.randomUUID();
  await changeEntries((entries) => {
    const version = baseVersion(entries, owner.accountId, job);
    const about = { id, accountId: owner.accountId, jobId: job.jobId, jobNumber: job.number };
    return [...entries, { ...about, deed, madeAt: Date.now(), version, state: 'waiting' }];
  });
  await readAgain();
  void synchronise();
}

/** Sends it on the job as it is now. */
export function sendAnyway(entry: Entry): Promise<void> {
  const { problem, failures: _forgiven, ...same } = entry;
  const again: Entry = { ...same, state: 'waiting', version: problem?.job?.version ?? same.version };
  return decide((entries) => entries.map((each) => (each.id === entry.id ? again : each)));
}

/** What was meant as a step becomes a comment, so that it is not lost. */
export function sendAsComment(entry: Entry, note: string): Promise<void> {
  return decide((entries) => asComment(entries, entry, note));
}

export function dropEntry(entry: Entry): Promise<void> {
  return decide((entries) => withoutDone(entries, entry, entry.problem?.job?.version ?? entry.version));
}

async function decide(change: (entries: readonly Entry[]) => readonly Entry[]): Promise<void> {
  await changeEntries(change);
  await readAgain();
  void synchronise();
}

export async function chooseCrew(choice: CrewChoice | null): Promise<void> {
  const { owner } = state.get();
  if (owner) await crewChoice.keep(owner, choice);
  change({ choice });
  await synchronise();
}

import { createStore, delMany, get, set, type UseStore } from 'idb-keyval';
import type { ListedJob, Organisation } from '../../api/types.ts';

/** Who uses this device; the next one sees nothing of the one before. */
export interface Owner {
  readonly accountId: string;
  readonly name: string;
  readonly displayName: string;
}

/** The jobs of a crew as the server last gave them. */
export interface KeptJobs {
  /** UTC ms. */
  readonly at: number;
  readonly jobs: readonly ListedJob[];
  /** The server had more; these are due first. */
  readonly isCut?: boolean;
}

/** The jobs of which crew are shown besides one's own. */
export interface CrewChoice {
  readonly department: string;
  readonly crew: string;
}

/** Jobs older than this are not shown: they would mislead, and name people and places longer than is needed. */
export const KEEP_JOBS_MS = 3 * 86_400_000;

let store: UseStore | undefined;
/** Opened at the first use, so that a browser without IndexedDB only fails where it is needed. */
export function crewStore(): UseStore {
  return (store ??= createStore('stadtfunk-crew', 'kept'));
}

/** Reads one thing and lets `act` write, in one step of the database: two open pages cannot lose one another's. */
export function inOneStep<T>(key: string, act: (value: T | undefined, store: IDBObjectStore) => void): Promise<void> {
  return crewStore()('readwrite', (store) => {
    const { transaction } = store;
    const reading = store.get(key) as IDBRequest<T | undefined>;
    reading.onsuccess = () => act(reading.result, store);
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new DOMException('nothing was kept', 'AbortError'));
    });
  });
}

const read = <T>(key: string): Promise<T | undefined> => get<T>(key, crewStore());

/** Where the device has no room for it, the page goes on with what the network brings. */
const ifThereIsRoom = (key: string, writing: Promise<void>): Promise<void> =>
  writing.catch((thrown: unknown) => {
    if (!(thrown instanceof DOMException)) throw thrown;
    console.warn(`${key}: not kept on this device`, thrown);
  });

const OWNER = 'owner';

export const owner = {
  read: () => read<Owner>(OWNER),
  write: (value: Owner) => ifThereIsRoom(OWNER, set(OWNER, value, crewStore())),
};

/** Copies of what the server has for whoever uses this device. */
const kept = <T>(key: string) => ({
  key,
  read: () => read<T>(key),
  /** Unless its reader has left the device meanwhile: answers may come after that. */
  keep: ({ accountId }: Pick<Owner, 'accountId'>, value: T) =>
    ifThereIsRoom(
      key,
      inOneStep<Owner>(OWNER, (present, store) => {
        if (present?.accountId === accountId) store.put(value, key);
      }),
    ),
});

export const jobs = kept<KeptJobs>('jobs');
export const crewChoice = kept<CrewChoice | null>('crew');
export const organisation = kept<Organisation>('organisation');

/** Nothing of the jobs and of their reader stays on the device. What has yet to be sent lies elsewhere, and is not touched. */
export function forgetJobs(): Promise<void> {
  return delMany([OWNER, jobs.key, crewChoice.key, organisation.key], crewStore());
}

export function isTooOld({ at }: KeptJobs, now: number): boolean {
  return now - at > KEEP_JOBS_MS;
}

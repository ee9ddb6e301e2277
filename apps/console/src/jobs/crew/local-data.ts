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

/** Copies of what the server has. Where the device has no room for one, the page goes on with what the network brings. */
const kept = <T>(key: string) => ({
  key,
  read: (): Promise<T | undefined> => get<T>(key, crewStore()),
  write: (value: T): Promise<void> =>
    set(key, value, crewStore()).catch((thrown: unknown) => {
      if (!(thrown instanceof DOMException)) throw thrown;
      console.warn(`${key}: not kept on this device`, thrown);
    }),
});

export const owner = kept<Owner>('owner');
export const jobs = kept<KeptJobs>('jobs');
export const crewChoice = kept<CrewChoice | null>('crew');
export const organisation = kept<Organisation>('organisation');

/** Nothing of the jobs and of their reader stays on the device. What has yet to be sent lies elsewhere, and is not touched. */
export function forgetJobs(): Promise<void> {
  return delMany(
    [owner, jobs, crewChoice, organisation].map(({ key }) => key),
    crewStore(),
  );
}

export function isTooOld({ at }: KeptJobs, now: number): boolean {
  return now - at > KEEP_JOBS_MS;
}

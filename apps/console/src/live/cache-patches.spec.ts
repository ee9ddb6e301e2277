import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CachePatches } from './cache-patches.ts';

const job = (jobId: string, version: number, state = 'open') => ({ jobId, version, state });
const changed = (data: object) => ({ type: 'job.changed', at: '', data: { ...data } });

describe('Events in the query cache', () => {
  let client: QueryClient;
  let patches: CachePatches;
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('window', globalThis);
    client = new QueryClient();
    patches = new CachePatches(client);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('replace the thing where it is shown alone, keeping what events do not carry', () => {
    client.setQueryData(['jobs', 'one', 'a'], { ...job('a', 1), history: ['created'] });
    patches.apply(changed(job('a', 2, 'done')));
    expect(client.getQueryData(['jobs', 'one', 'a'])).toEqual({ ...job('a', 2, 'done'), history: ['created'] });
  });

  it.each([
    ['lists', (item: object) => [job('b', 1), item]],
    ['pages', (item: object) => ({ items: [job('b', 1), item], next: null })],
    ['lists without an end', (item: object) => ({ pages: [{ items: [item], next: 'x' }], pageParams: [null] })],
  ])('replace it in %s', (_name, around) => {
    client.setQueryData(['jobs', 'list', {}], around(job('a', 1)));
    patches.apply(changed(job('a', 2, 'done')));
    expect(client.getQueryData(['jobs', 'list', {}])).toEqual(around(job('a', 2, 'done')));
  });

  it('never put an older version in the place of a newer one', () => {
    client.setQueryData(['jobs', 'one', 'a'], job('a', 5, 'done'));
    patches.apply(changed(job('a', 4)));
    expect(client.getQueryData(['jobs', 'one', 'a'])).toEqual(job('a', 5, 'done'));
  });

  it('leave lists that do not hold it as they are, and have them read again soon, once for many', async () => {
    // Else the client itself puts what is equal back in its place.
    client.setDefaultOptions({ queries: { structuralSharing: false } });
    const list = [job('b', 1)];
    const page = { items: [job('b', 1)], next: null };
    client.setQueryData(['jobs', 'list', {}], list);
    client.setQueryData(['jobs', 'list', { state: 'open' }], page);
    client.setQueryData(['alerts', 'list', {}], []);
    const read = vi.spyOn(client, 'invalidateQueries');
    for (let count = 0; count < 20; count++) patches.apply(changed(job('a', count)));
    expect(client.getQueryData(['jobs', 'list', {}])).toBe(list);
    expect(client.getQueryData(['jobs', 'list', { state: 'open' }])).toBe(page);

    await vi.advanceTimersByTimeAsync(2_000);
    const lists = read.mock.calls.filter(([filter]) => filter?.queryKey?.[1] === 'list');
    expect(lists).toEqual([
      [{ queryKey: ['jobs', 'list', {}], exact: true }],
      [{ queryKey: ['jobs', 'list', { state: 'open' }], exact: true }],
    ]);
    expect(client.getQueryState(['alerts', 'list', {}])?.isInvalidated).toBe(false);
  });

  it('have the maintenance windows read anew when somebody has planned or ended one', async () => {
    client.setQueryData(['windows', false], []);
    patches.apply({ type: 'window.changed', at: '', data: { windowId: 'w' } });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(client.getQueryState(['windows', false])?.isInvalidated).toBe(true);
  });

  it('leave nothing for new that only pages keep up to date which are not shown', () => {
    client.setQueryData(['alerts', 'feed', '', 'newest'], {});
    client.setQueryData(['situation'], {});
    client.setQueryData(['quantities'], []);
    patches.apply({ type: 'alert.raised', at: '', data: { alertId: 'a' } });
    const isOld = (key: string[]) => client.getQueryState(key)?.isInvalidated;
    expect([isOld(['alerts', 'feed', '', 'newest']), isOld(['situation']), isOld(['quantities'])]).toEqual([
      ...[true, true, false],
    ]);
  });
});

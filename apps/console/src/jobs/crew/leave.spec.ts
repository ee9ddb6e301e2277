import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDevice } from './crew-store.ts';
import { leaveDevice } from './leave.ts';
import { crewChoice, jobs, owner } from './local-data.ts';
import { changeEntries, type Entry, readEntries } from './outbox.ts';
import { MemoryIndexedDb } from './testing/memory-indexed-db.ts';

const ANNA = { accountId: 'anna', name: 'anna', displayName: 'Anna' };
const BERND = { accountId: 'bernd', name: 'bernd', displayName: 'Bernd' };
const CREW = { department: 'waste', crew: 'crew-1' };
const entry = (id: string, accountId: string) => ({ id, accountId, jobId: 'job-1', state: 'waiting' }) as Entry;
const ids = async () => (await readEntries()).map(({ id }) => id);

describe('A device that several people use', () => {
  const device = new MemoryIndexedDb();
  beforeEach(async () => {
    vi.stubGlobal('indexedDB', device);
    device.rows.clear();
    device.isFull = false;
    await owner.write(ANNA);
    await jobs.keep(ANNA, { at: Date.now(), jobs: [] });
    await changeEntries(() => [entry('a', 'anna'), entry('b', 'bernd')]);
  });
  afterEach(() => vi.unstubAllGlobals());

  it('never is without what somebody has yet to send, whenever the page is ended', async () => {
    const seen: boolean[] = [];
    let rows = device.rows;
    Object.defineProperty(device, 'rows', {
      configurable: true,
      get: () => rows,
      set: (next: Map<string, unknown>) => {
        seen.push(JSON.stringify(next.get('outbox') ?? []).includes('"b"'));
        rows = next;
      },
    });
    await openDevice(BERND);
    await openDevice(ANNA);
    await leaveDevice(true);
    Object.defineProperty(device, 'rows', { configurable: true, writable: true, value: rows });

    expect(seen.length).toBeGreaterThan(3);
    expect(seen).not.toContain(false);
    expect(await ids()).toEqual(['b']);
    expect([...device.rows.keys()]).toEqual(['outbox']);
  });

  it('keeps everything where something would be lost by signing out', async () => {
    expect(await leaveDevice(false)).toBe(1);
    expect(await ids()).toEqual(['a', 'b']);
    expect(await owner.read()).toEqual(ANNA);
  });

  it('has nothing at all left where everything was sent', async () => {
    await changeEntries(() => []);
    expect(await leaveDevice(false)).toBe(0);
    expect([...device.rows.keys()]).toEqual([]);
  });

  it('keeps nothing of an answer that comes after its reader has left', async () => {
    await leaveDevice(true);
    await crewChoice.keep(ANNA, CREW);
    await jobs.keep(ANNA, { at: Date.now(), jobs: [] });
    expect([...device.rows.keys()]).toEqual(['outbox']);

    await openDevice(BERND);
    await crewChoice.keep(ANNA, CREW);
    expect(await crewChoice.read()).toBeUndefined();
    await crewChoice.keep(BERND, CREW);
    expect(await crewChoice.read()).toEqual(CREW);
  });

  it('shows its pages though there is no room left, and says so of what is entered', async () => {
    device.isFull = true;
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    await openDevice(BERND);

    await expect(changeEntries((entries) => [...entries, entry('c', 'bernd')])).rejects.toBeInstanceOf(DOMException);
    expect(await ids()).toEqual(['a', 'b']);
    expect(warn).toHaveBeenCalled();
    warn.mockRestore();
  });
});

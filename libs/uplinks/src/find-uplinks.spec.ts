import { beforeEach, describe, expect, it } from 'vitest';
import { findUplinks, type UplinkQuery } from './find-uplinks.ts';
import { MemoryUplinkLog } from './memory-uplink-log.ts';
import { realTime, textOf, uplinkOf } from './testing.ts';

const START = Date.UTC(2026, 10, 21, 12);

describe('findUplinks', () => {
  let log: MemoryUplinkLog;
  let now: number;
  beforeEach(() => {
    log = new MemoryUplinkLog({ schedule: realTime, partitions: 1, forgetPassed: true });
    now = 0;
  });

  const find = (more: Partial<UplinkQuery> = {}) =>
    findUplinks(log, { deviceId: 'wanted', limit: 3, budgetMs: 1_000, elapsed: () => now, ...more });
  /** One uplink in a hundred is of the device. */
  const fill = async (count: number) => {
    const uplinks = Array.from({ length: count }, (_, index) =>
      uplinkOf(index % 100 === 0 ? 'wanted' : `other-${index % 7}`, String(index), { receivedAt: START + index }),
    );
    await log.append(uplinks);
  };

  it('gives the newest first, however far back they are', async () => {
    await fill(10_000);
    expect((await find()).uplinks.map(textOf)).toEqual(['9900', '9800', '9700']);

    const all = await find({ limit: 1_000 });
    expect(all.uplinks).toHaveLength(100);
    expect(all.uplinks.map(textOf).slice(-2)).toEqual(['100', '0']);
    expect(all).toMatchObject({ isComplete: true, searchedTo: START });
  });

  it('goes on where it ended, without a gap and without repeating', async () => {
    await fill(2_000);
    const seen: string[] = [];
    let before: number | undefined;
    for (let pages = 0; pages < 20; pages++) {
      const { uplinks, from, isComplete } = await find({ ...(before === undefined ? {} : { before }) });
      seen.push(...uplinks.map(textOf));
      before = from;
      if (isComplete) break;
    }
    expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => String(1_900 - index * 100)));
  });

  it('says that it has not looked at everything when the time is over', async () => {
    await fill(10_000);
    const slow = await find({ limit: 50, budgetMs: 10, elapsed: () => (now += 6) });

    expect(slow.isComplete).toBe(false);
    expect(slow.uplinks.length).toBeLessThan(50);
    const rest = await find({ limit: 1_000, before: slow.from });
    expect(slow.uplinks.length + rest.uplinks.length).toBe(100);
    expect(rest.isComplete).toBe(true);
  });

  it('comes further each time, however slow the log is', async () => {
    await fill(1_200);
    const open = log.openCursor.bind(log);
    log.openCursor = (after) => {
      const cursor = open(after);
      return { read: (_limit, waitMs) => cursor.read(1, waitMs), close: () => cursor.close() };
    };
    let before: number | undefined;
    for (let pages = 0; pages < 3; pages++) {
      const slow = { budgetMs: 10, elapsed: () => (now += 60), deviceId: 'nobody' };
      const { from } = await find({ ...slow, ...(before === undefined ? {} : { before }) });
      expect(from).toBeLessThan(before ?? 1_201);
      before = from;
    }
    expect(before).toBe(1);
  });

  it('finds nothing of a device that never sent, and says how far back that holds', async () => {
    await fill(1_000);
    expect(await find({ deviceId: 'nobody' })).toEqual({ uplinks: [], from: 1, searchedTo: START, isComplete: true });
  });

  it('finds nothing in an empty log', async () => {
    expect(await find()).toEqual({ uplinks: [], from: 1, searchedTo: null, isComplete: true });
  });

  it('is complete where the log keeps no more', async () => {
    await fill(500);
    for (const group of ['store', 'rules'] as const) await log.commit(group, [350]);

    expect((await find({ limit: 10 })).uplinks.map(textOf)).toEqual(['400']);
    expect(await find({ limit: 10 })).toMatchObject({ isComplete: true, from: 351 });
  });
});

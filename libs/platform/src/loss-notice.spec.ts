import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@stadtfunk/kernel/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LossNotice } from './loss-notice.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stadtfunk-loss-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('A notice of a loss adds up, outlives the process, and is gone when somebody removes its file', async () => {
  const clock = new ManualClock(Date.UTC(2026, 10, 22));
  const notice = new LossNotice(folder, clock);
  expect([await notice.present(), await notice.text()]).toEqual([null, null]);
  await notice.add(120);
  expect(await notice.text()).toContain('120 acknowledged uplinks were lost in Redis (at 2026-11-22T00:00:00.000Z)');
  clock.advance(60_000);
  await new LossNotice(folder, clock).add(3);

  const next = new LossNotice(folder, clock);
  expect(await next.present()).toMatchObject({ uplinks: 123 });
  expect(await next.text()).toContain('from 2026-11-22T00:00:00.000Z to 2026-11-22T00:01:00.000Z');
  expect(await readdir(folder)).toEqual(['uplinks-lost.json']);
  await writeFile(next.file, 'seen by me');
  await next.add(1);
  expect(await next.present()).toMatchObject({ uplinks: 1 });
  await rm(next.file);
  expect(await next.text()).toBeNull();
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDirectory } from './directory-lock.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stadtfunk-lock-'));
});
afterEach(() => rm(directory, { recursive: true }));

const path = () => join(directory, 'lock.7');

test('is taken by one at a time, and free again afterwards', async () => {
  const lock = await lockDirectory(directory);
  await expect(lockDirectory(directory)).rejects.toMatchObject({ code: 'log.locked', retryable: false });
  await lock.release();
  await (await lockDirectory(directory)).release();
});

test('is taken by exactly one of many that try at once, also over a stale lock', async () => {
  for (const stale of [false, true, true, true, true]) {
    if (stale) await rm(directory, { recursive: true }).then(() => mkdir(directory));
    if (stale) await writeFile(path(), JSON.stringify({ pid: 999_999_999, startedAt: '1', boot: null }));
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lockDirectory(directory)));
    const taken = tries.filter((result) => result.status === 'fulfilled');
    expect(taken).toHaveLength(1);
    expect(await readdir(directory)).toHaveLength(1);
    await taken[0]?.value.release();
  }
});

test('is refused while another process lives, and taken over when it was killed', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  try {
    await once(child, 'spawn');
    const other = child.pid ?? 0;
    const stat = await readFile(`/proc/${other}/stat`, 'utf8');
    const startedAt = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    await writeFile(path(), JSON.stringify({ pid: other, startedAt, boot }));
    await expect(lockDirectory(directory)).rejects.toMatchObject({ code: 'log.locked' });
  } finally {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
  await lockDirectory(directory);
  const holder = JSON.parse(await readFile(join(directory, 'lock.8'), 'utf8')) as { pid: number };
  expect(holder.pid).toBe(process.pid);
});

test('is not fooled by a process number that is used again, or by a reboot', async () => {
  const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  const stales = [
    { pid: process.pid, startedAt: '1', boot },
    { pid: process.pid, startedAt: null, boot: 'another' },
  ];
  for (const stale of stales) {
    await rm(join(directory, 'lock.8'), { force: true });
    await writeFile(path(), JSON.stringify(stale));
    await (await lockDirectory(directory)).release();
  }
});

test.each(['', '{', 'null', '{}', '{"pid":"x"}'])('takes over a lock that says %j', async (content) => {
  await writeFile(path(), content);
  await (await lockDirectory(directory)).release();
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readAll, textOf } from '@stadtfunk/uplinks/testing';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FileUplinkLog } from './file-uplink-log.ts';

const ROUNDS = 8;
const libs = fileURLToPath(new URL('../../', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stadtfunk-kill-'));
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: [{ find: /^@stadtfunk\/([^/]+)$/, replacement: `${libs}$1/src/index.ts` }] },
    ssr: { noExternal: true },
    build: {
      ssr: fileURLToPath(new URL('append-until-killed.ts', import.meta.url)),
      outDir: folder,
      emptyOutDir: false,
      rollupOptions: { output: { entryFileNames: 'child.mjs' } },
    },
  });
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the child until it has acknowledged `count` uplinks, kills it, and gives everything that it acknowledged. */
async function appendAndKill(directory: string, round: number, count: number): Promise<string[]> {
  const child = spawn(process.execPath, [join(folder, 'child.mjs'), directory, String(round)]);
  let output = '';
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const closed = once(child, 'close');
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    output += chunk.toString();
    if (output.split('\n').length > count) child.kill('SIGKILL');
  }
  await closed;
  expect(errors).toBe('');
  return output.split('\n').slice(0, -1); // The kill may cut the last line.
}

test('keeps every acknowledged uplink once and in order when its process is killed again and again', async () => {
  const directory = join(folder, 'log');
  const acknowledged: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    acknowledged.push(...(await appendAndKill(directory, round, Math.floor(50 + Math.random() * 3_000))));

    const log = await FileUplinkLog.open({ directory });
    const heads = await log.heads();
    const total = heads.reduce((sum, head) => sum + head, 0);
    const uplinks = await readAll(log.openCursor(heads.map(() => 0)), total, 5_000);
    await log.close();
    const names = uplinks.map((uplink) => `${uplink.deviceId} ${textOf(uplink)}`);
    const kept = new Set(names);
    expect(kept.size).toBe(names.length);
    expect(acknowledged.filter((name) => !kept.has(name))).toEqual([]);
    for (let device = 0; device < 8; device++) {
      const order = uplinks
        .filter(({ deviceId }) => deviceId === `bin-${device}`)
        .map((uplink) => textOf(uplink).split(' ').map(Number))
        .map(([inRound = 0, number = 0, part = 0]) => inRound * 1e9 + number * 10 + part);
      expect(order).toEqual([...order].sort((one, other) => one - other));
    }
  }
  expect(acknowledged.length).toBeGreaterThan(ROUNDS * 50);
});

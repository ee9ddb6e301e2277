import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FileUplinkLog } from '@stadtfunk/file-log';
import { eventually } from '@stadtfunk/kernel/testing';
import { Forwarder, RedisUplinkLog } from '@stadtfunk/redis';
import { startRedis, type RedisServer } from '@stadtfunk/redis/testing';
import { readAll, textOf } from '@stadtfunk/uplinks/testing';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROUNDS = 8;
const libs = fileURLToPath(new URL('../../libs/', import.meta.url));
let folder: string;
let server: RedisServer;

beforeAll(async () => {
  server = await startRedis();
  // Inside of the checkout, so that the child finds its packages.
  const output = fileURLToPath(new URL('../../test-output/', import.meta.url));
  await mkdir(output, { recursive: true });
  folder = await mkdtemp(join(output, 'forwarding-'));
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: [{ find: /^@stadtfunk\/([^/]+)$/, replacement: `${libs}$1/src/index.ts` }] },
    build: {
      ssr: fileURLToPath(new URL('append-and-forward.ts', import.meta.url)),
      outDir: folder,
      emptyOutDir: false,
      rollupOptions: { output: { entryFileNames: 'child.mjs' } },
    },
  });
});
afterAll(async () => {
  await server.remove();
  await rm(folder, { recursive: true });
});

/** Runs the child until it has acknowledged `count` uplinks, kills it, and gives everything that it acknowledged. */
async function appendAndKill(directory: string, round: number, count: number): Promise<string[]> {
  const child = spawn(process.execPath, [join(folder, 'child.mjs'), directory, server.url, String(round)]);
  let output = '';
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const closed = once(child, 'close');
  let lines = 0;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    output += chunk.toString();
    lines += chunk.toString().split('\n').length - 1;
    if (lines > count) child.kill('SIGKILL');
  }
  await closed;
  expect(errors).toBe('');
  return output.split('\n').slice(0, -1); // The kill may cut the last line.
}

test('keeps every acknowledged uplink once and in order in Redis when intake and Redis are killed again and again', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'stadtfunk-forwarding-'));
  const acknowledged: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const appending = appendAndKill(directory, round, 300 + 700 * (round % 4));
    if (round % 3 === 1) {
      await server.kill();
      await server.start();
    }
    acknowledged.push(...(await appending));
  }

  const local = await FileUplinkLog.open({ directory });
  const shared = await RedisUplinkLog.open({ url: server.url });
  const open = () => RedisUplinkLog.open({ url: server.url });
  const forwarder = new Forwarder({ local, open, onFault: (fault) => expect(fault).toBeUndefined() });
  forwarder.start();
  const sum = (positions: readonly number[]) => positions.reduce((total, position) => total + position, 0);
  await eventually('the rest is forwarded', async () => (await forwarder.status()).waiting === 0);
  await forwarder.stop();
  const received = sum(await local.heads());
  const uplinks = await readAll(
    shared.openCursor(new Array<number>(shared.partitions).fill(0)),
    sum(await shared.heads()),
  );
  await shared.close();
  await local.close();
  await rm(directory, { recursive: true });

  const names = uplinks.map((uplink) => `${uplink.deviceId} ${textOf(uplink)}`);
  const kept = new Set(names);
  expect(kept.size).toBe(names.length);
  expect(names.length).toBe(received);
  expect(acknowledged.filter((name) => !kept.has(name))).toEqual([]);
  for (let device = 0; device < 8; device++) {
    const order = names
      .filter((name) => name.startsWith(`bin-${device} `))
      .map((name) => name.split(' ').slice(1).map(Number))
      .map(([round = 0, number = 0]) => round * 1e6 + number);
    expect(order).toEqual([...order].sort((one, other) => one - other));
  }
  expect(acknowledged.length).toBeGreaterThan(ROUNDS * 300);
});

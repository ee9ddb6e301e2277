import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from '../testing/harness.ts';

describe('Health', () => {
  let harness: Harness;
  afterEach(() => harness.close());

  it('is ready when every check passes', async () => {
    harness = await startHarness({ checks: [{ name: 'records', probe: async () => undefined }] });

    expect((await harness.call('GET', '/health/live', { anonymous: true })).body).toEqual({ status: 'ok' });
    expect((await harness.call('GET', '/health/ready', { anonymous: true })).body).toEqual({
      status: 'ok',
      checks: [{ name: 'records', ok: true }],
    });
  });

  it('says what somebody should know, and is ready all the same', async () => {
    harness = await startHarness({ notices: ['forwarder.lost: 3 uplinks'] });

    const { status, body } = await harness.call('GET', '/health/ready', { anonymous: true });
    expect([status, body]).toEqual([200, { status: 'ok', checks: [], notices: ['forwarder.lost: 3 uplinks'] }]);
  });

  it('names what is missing or does not answer, and keeps the reason to the log', async () => {
    harness = await startHarness({
      limits: { checkTimeoutMs: 50 },
      checks: [
        { name: 'records', probe: async () => undefined },
        { name: 'telemetry', probe: () => Promise.reject(new Error('connect db.internal:5432')) },
        { name: 'intake', probe: () => new Promise(() => undefined) },
      ],
    });
    const { status, body, text } = await harness.call('GET', '/health/ready', { anonymous: true });

    expect(status).toBe(503);
    expect(body).toMatchObject({ code: 'server.notReady', detail: 'missing: telemetry, intake' });
    expect(text).not.toContain('db.internal');
    expect(JSON.stringify(harness.log)).toContain('db.internal');
  });
});

describe('The console', () => {
  it('is served at the root, and nothing beside its folder is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stadtfunk-console-'));
    await writeFile(join(folder, 'index.html'), '<!doctype html><title>Stadtfunk</title>');
    const harness = await startHarness({ consoleDirectory: folder });
    try {
      const page = await fetch(harness.url);
      expect(await page.text()).toContain('Stadtfunk');
      expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
      expect((await harness.call('GET', '/..%2f..%2fetc%2fpasswd')).body).toMatchObject({ code: 'route.unknown' });
      expect((await harness.call('GET', '/missing.js')).body).toMatchObject({ status: 404 });
    } finally {
      await harness.close();
      await rm(folder, { recursive: true });
    }
  });
});

describe('Closing', () => {
  it('does not wait for a connection that never sent a request', async () => {
    const harness = await startHarness();
    const socket = createConnection(harness.app.port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    const startedAt = performance.now();
    await harness.close();

    expect(performance.now() - startedAt).toBeLessThan(2500);
    socket.destroy();
  });
});

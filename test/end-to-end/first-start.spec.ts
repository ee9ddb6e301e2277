import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '@stadtfunk/config';
import { createLogger } from '@stadtfunk/observability';
import { parseRoles, startPlatform, type Platform } from '@stadtfunk/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PASSWORD = 'vier muede Laternen';

// On the embedded database; a first start takes seconds where others share the machine.
describe('The first start', { timeout: 120_000 }, () => {
  let folder: string;
  let platform: Platform;
  const start = async () => {
    const config = parseConfig({
      ...{ DATA_DIR: folder, HTTP_PORT: '0', MQTT_PORT: '0', MQTT_WS_PORT: '0', LOG_LEVEL: 'silent' },
    });
    if ('problem' in config) throw new Error(config.problem);
    platform = await startPlatform(config, parseRoles(undefined), createLogger('silent'), () => undefined);
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stadtfunk-first-'));
    await start();
  }, 240_000);
  afterAll(async () => {
    await platform.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${platform.httpUrl}/api/v1${path}`, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
    return { status: response.status, body: JSON.parse(text || '{}') as Record<string, unknown>, cookie };
  };
  const codeOf = (link: string) => link.split('#code=')[1]!;
  const origin = () => ({ origin: platform.httpUrl });

  it('gives a link with which the administrator sets a password; there is none before', async () => {
    const link = platform.api!.passwordLink!;
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/set-password#code=[\w-]{32}$/);
    for (const password of ['admin', 'password', '']) {
      expect((await ask('POST', '/session', { name: 'admin', password })).status).not.toBe(201);
    }

    expect((await ask('POST', '/session/set-password', { code: codeOf(link), password: 'kurz' })).status).toBe(422);
    const set = await ask('POST', '/session/set-password', { code: codeOf(link), password: PASSWORD });

    expect(set.status).toBe(201);
    expect((await ask('GET', '/session', undefined, { cookie: set.cookie })).body).toMatchObject({
      ...{ name: 'admin', roles: [{ role: 'administrator', departments: [] }], departments: null },
    });
    expect((await ask('POST', '/session', { name: 'admin', password: PASSWORD })).status).toBe(201);
  });

  it('is the only one that gives one; sessions and what was written down outlive a restart', async () => {
    const { cookie } = await ask('POST', '/session', { name: 'admin', password: PASSWORD });
    const loginLink = await platform.api!.createLoginLink();
    const asset = { assetId: 'bin-1', type: 'WasteContainer', location: { type: 'Point', coordinates: [8.9, 50.1] } };
    const made = await ask('POST', '/assets', asset, { cookie, ...origin() });
    expect(made.status).toBe(201);
    const changed = await ask('PATCH', '/assets/bin-1', { name: 'Kiosk' }, { cookie, ...origin() });
    expect(changed.status).toBe(200);
    await platform.stop();

    await start();

    expect(platform.api!.passwordLink).toBeNull();
    expect((await ask('GET', '/session', undefined, { cookie })).status).toBe(200);
    expect((await ask('POST', '/session', { code: codeOf(loginLink) })).status).toBe(201);
    const { items } = (await ask('GET', '/audit?kind=asset', undefined, { cookie })).body as {
      items: Record<string, unknown>[];
    };
    expect(items).toMatchObject([
      {
        ...{ actor: 'admin', way: 'session', action: 'PATCH /api/v1/assets/:assetId', outcome: 'done' },
        ...{ before: { name: null }, after: { name: 'Kiosk' }, asked: { name: 'Kiosk' }, address: '127.0.0.0' },
      },
      { action: 'POST /api/v1/assets', before: null, after: { assetId: 'bin-1', type: 'WasteContainer' } },
    ]);
  });
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness } from '../testing/harness.ts';
import { NO_CONSOLE_OPTIONS } from './console-options.ts';

const PAGE = '<!doctype html><title>Stadtfunk</title>';
const BROWSER = { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' };

describe('Pages of the console', () => {
  let folder: string;
  let harness: Harness;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stadtfunk-console-'));
    await mkdir(join(folder, 'files'));
    await writeFile(join(folder, 'index.html'), PAGE);
    await writeFile(join(folder, 'files/app-1.js'), 'let plain');
    await writeFile(join(folder, 'files/app-1.js.gz'), gzipSync('let compressed'));
    harness = await startHarness({
      consoleDirectory: folder,
      console: { ...NO_CONSOLE_OPTIONS, mapUrl: 'https://map.example:8443/tiles/{z}/{x}/{y}.png' },
    });
  });
  afterAll(async () => {
    await harness.close();
    await rm(folder, { recursive: true });
  });
  const get = (path: string, headers: Record<string, string> = BROWSER, method = 'GET') =>
    fetch(harness.url + path, { headers, method });

  it.each(['/', '/alerts?severity=critical', '/alerts/4711', '/assets', '/assets/lamp.12', '/devices/a%20b'])(
    'are given at %s, so that a deep link works after loading it again',
    async (path) => {
      const answer = await get(path);
      expect([answer.status, await answer.text()]).toEqual([200, PAGE]);
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
      expect(answer.headers.get('cache-control')).toBe('no-cache');
      expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'");
    },
  );

  it.each([
    '/api',
    '/api/v1/nothing',
    '/api/v1/alerts/x/nothing',
    '/files/old-build.js',
    '/health/nothing',
    '/metrics/x',
  ])('are never given at %s', async (path) => {
    const answer = await get(path);
    expect(answer.status).not.toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it('are not given for files that are not there, to programs, or for changes', async () => {
    expect((await get('/robots.txt')).status).toBe(404);
    expect((await get('/alerts', { accept: 'application/json' })).status).toBe(404);
    expect((await get('/alerts', BROWSER, 'POST')).status).toBe(404);
  });

  it('bring their scripts compressed to whoever can take that', async () => {
    const compressed = await get('/files/app-1.js', { 'accept-encoding': 'gzip' });
    expect(compressed.headers.get('content-encoding')).toBe('gzip');
    expect(await compressed.text()).toBe('let compressed');
    expect(compressed.headers.get('cache-control')).toContain('immutable');
    expect(await (await get('/files/app-1.js', { 'accept-encoding': 'identity' })).text()).toBe('let plain');
  });

  it('may load the map from its own origin only, and nothing else from elsewhere', async () => {
    const policy = (await get('/')).headers.get('content-security-policy') ?? '';
    const elsewhere = policy.split('; ').filter((directive) => directive.includes('https:'));
    expect(elsewhere).toEqual([
      "img-src 'self' data: blob: https://map.example:8443",
      "connect-src 'self' https://map.example:8443",
    ]);
  });
});

describe('What the console has to know', () => {
  it('is told to whoever has not signed in yet, the map itself is not', async () => {
    const harness = await startHarness({
      zone: 'Europe/Vienna',
      console: {
        ...NO_CONSOLE_OPTIONS,
        schematicMap: async () => '{"type":"FeatureCollection","features":[]}',
        accessibilityFeedbackUrl: 'mailto:barrier@city.example',
      },
    });
    try {
      const { body } = await harness.call('GET', '/api/v1/console-settings', { anonymous: true });
      expect(body).toEqual({
        zone: 'Europe/Vienna',
        map: { url: null, attribution: null, schematic: true },
        links: { accessibilityFeedback: 'mailto:barrier@city.example', legalNotice: null, privacy: null },
      });
      expect((await harness.call('GET', '/api/v1/base-map', { anonymous: true })).status).toBe(401);
      expect((await harness.call('GET', '/api/v1/base-map')).text).toContain('FeatureCollection');
    } finally {
      await harness.close();
    }
  });

  it('says so where there is no schematic map', async () => {
    const harness = await startHarness();
    try {
      expect((await harness.call('GET', '/api/v1/base-map')).body).toMatchObject({
        status: 404,
        code: 'baseMap.unknown',
      });
    } finally {
      await harness.close();
    }
  });
});

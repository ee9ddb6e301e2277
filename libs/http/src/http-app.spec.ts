import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTROLLERS } from './http.module.ts';
import { routesOf } from './openapi.ts';
import { type Harness, startHarness } from './testing/harness.ts';

describe('The HTTP app', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ limits: { bodyBytes: 4096 } });
  });
  afterAll(() => harness.close());

  it('describes every route that is registered, and no other', async () => {
    const { body } = await harness.call('GET', '/api/openapi.json', { anonymous: true });
    const described = Object.entries(body.paths as Record<string, object>).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const registered = harness.app.routes
      .filter((route) => !route.startsWith('HEAD '))
      .map((route) => route.replace(/:(\w+)/g, '{$1}'));

    expect(registered.length).toBeGreaterThan(40);
    expect(described.sort()).toEqual(registered.sort());
  });

  it('describes OpenAPI 3.1 without references that lead nowhere', async () => {
    const { body, text } = await harness.call('GET', '/api/openapi.json', { anonymous: true });
    const { schemas } = body.components as { schemas: Record<string, object> };
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target!);

    expect(body.openapi).toBe('3.1.0');
    expect(references.length).toBeGreaterThan(50);
    expect(references.filter((target) => !(target.replace('#/components/schemas/', '') in schemas))).toEqual([]);
    expect(Object.keys(schemas)).toEqual(
      expect.arrayContaining(['Alert', 'Asset', 'Device', 'Job', 'Problem', 'Reading']),
    );
    expect(schemas.Asset).toMatchObject({ properties: { location: { $ref: '#/components/schemas/Point' } } });
  });

  it('gives every operation an id of its own', async () => {
    const { body } = await harness.call('GET', '/api/openapi.json', { anonymous: true });
    const ids = Object.values(body.paths as Record<string, Record<string, { operationId: string }>>).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('postJobsByJobIdAssign');
  });

  it('answers 401 to everyone without a credential wherever one is needed', async () => {
    for (const { method, path, spec } of routesOf(CONTROLLERS)) {
      if (spec.access === 'anyone' || spec.access === 'nearby') continue;
      const { status, headers } = await harness.call(method, path.replace(/:\w+/g, 'x'), { anonymous: true });
      expect([method, path, status]).toEqual([method, path, 401]);
      expect(headers.get('www-authenticate')).toContain('Bearer');
    }
  });

  it('answers an unknown address with a problem', async () => {
    const { status, body } = await harness.call('GET', '/api/v1/nothing');

    expect(status).toBe(404);
    expect(body).toMatchObject({ type: 'about:blank', title: 'Not Found', status: 404, code: 'route.unknown' });
  });

  it('answers an address that cannot be decoded with a problem', async () => {
    expect((await harness.call('GET', '/api/v1/assets/%ff')).body).toMatchObject({
      status: 400,
      code: 'request.malformed',
    });
    expect((await harness.call('GET', `/api/v1/assets/${'x'.repeat(600)}`)).body).toMatchObject({ status: 414 });
  });

  it('answers a body that is no JSON, too large, or of another media type with a problem', async () => {
    const post = (body: string, type = 'application/json') =>
      harness.call('POST', '/api/v1/assets', { body, headers: { 'content-type': type } });

    expect((await post('{"assetId":')).body).toMatchObject({ status: 400, code: 'request.malformed' });
    expect((await post('{"__proto__":{}}')).body).toMatchObject({ status: 400, code: 'request.malformed' });
    expect((await post(JSON.stringify({ x: 'x'.repeat(5000) }))).body).toMatchObject({
      status: 413,
      code: 'body.tooLarge',
    });
    expect((await post('a=1', 'application/x-www-form-urlencoded')).body).toMatchObject({
      status: 415,
      code: 'body.mediaType',
    });
    expect((await post('')).body).toMatchObject({ status: 400, code: 'request.invalid' });
  });

  it('names all faults of a request at once, each with its path', async () => {
    const { status, body } = await harness.call('POST', '/api/v1/assets', {
      body: {
        assetId: 'a b',
        type: 'Fountain',
        location: { type: 'Point', coordinates: [8.9, 95] },
        containerHeight: 20,
      },
    });

    expect(status).toBe(400);
    expect(body.code).toBe('request.invalid');
    expect((body.errors as { path: string }[]).map(({ path }) => path).sort()).toEqual([
      'body.assetId',
      'body.containerHeight',
      'body.location.coordinates.1',
      'body.type',
    ]);
  });

  it('names a query parameter that it does not know', async () => {
    const { body } = await harness.call('GET', '/api/v1/alerts?opne=true&limit=0');

    expect(body.errors).toEqual([
      { path: 'query.limit', message: expect.any(String) as unknown },
      { path: 'query.opne', message: 'is not known here' },
    ]);
  });

  it('refuses a cursor that no list gave', async () => {
    expect((await harness.call('GET', '/api/v1/assets?after=x')).body).toMatchObject({
      status: 400,
      code: 'cursor.invalid',
    });
  });

  it('keeps the cause of a fault to the log', async () => {
    const { ledger } = harness.city;
    const total = ledger.total;
    ledger.total = () => Promise.reject(new Error('password=hunter2 at /srv/secret'));
    const { status, text } = await harness.call('GET', '/api/v1/ledger');
    ledger.total = total;

    expect(status).toBe(500);
    expect(text).not.toMatch(/hunter2|secret|at \//);
    expect(JSON.stringify(harness.log.filter(({ level }) => level === 'error'))).toContain('hunter2');
  });

  it('tells browsers to keep to this server', async () => {
    const { headers } = await harness.call('GET', '/api/v1/ledger');

    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('logs the route and the request id, and no credential', async () => {
    harness.log.length = 0;
    await harness.call('GET', '/api/v1/assets/bin-9?secret=x', { headers: { 'x-request-id': 'req-7' } });

    expect(harness.log).toContainEqual({
      level: 'debug',
      message: 'request',
      fields: expect.objectContaining({
        requestId: 'req-7',
        method: 'GET',
        route: '/api/v1/assets/:assetId',
        status: 404,
      }) as unknown,
    });
    expect(JSON.stringify(harness.log)).not.toMatch(/a-token-for-tests-only|secret=x/);
  });
});

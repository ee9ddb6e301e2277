import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { eventually } from '@stadtfunk/kernel/testing';
import { readingOf } from '@stadtfunk/readings/testing';
import { afterEach, expect, it } from 'vitest';
import type { InfluxOptions } from './influx-options.ts';
import { InfluxTelemetryStore } from './influx-telemetry-store.ts';

/** What a server that is not at hand, or that fails on purpose, does with a request. */
type Answer = (request: SeenRequest, response: ServerResponse) => void;

interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

const servers: Server[] = [];
const stores: InfluxTelemetryStore[] = [];

afterEach(async () => {
  for (const store of stores.splice(0)) store.stop();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});

/** A store in front of an HTTP server of our own, and all that it was asked but the ping. */
async function storeBefore(version: string, answer: Answer, more: Partial<InfluxOptions> = {}) {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const bytes = Buffer.concat(chunks);
      const body = (headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
      if (path === '/ping') return response.writeHead(204, { 'x-influxdb-version': version }).end();
      const now = { method, path, body, headers };
      seen.push(now);
      return answer(now, response);
    });
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const limits = { firstPauseMs: 1, longestPauseMs: 5, ...more.limits };
  const store = new InfluxTelemetryStore({ url: `http://127.0.0.1:${address.port}`, bucket: 'city', ...more, limits });
  stores.push(store);
  const writes = () => seen.filter(({ path }) => path.includes('/write?'));
  return { store, seen, writes };
}

const json = (response: ServerResponse, status: number, content: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
};
const stored = (response: ServerResponse): void => void response.writeHead(204).end();

/** Fails the first writes, one by one, and takes what comes then. */
const failingFirst = (...failures: ((response: ServerResponse) => void)[]): Answer => {
  return ({ path }, response) => {
    if (!path.includes('/write?')) return json(response, 200, { results: [{}] });
    const fail = failures.shift();
    return fail ? fail(response) : stored(response);
  };
};

it.each([
  ['a server that is not ready (503)', (response: ServerResponse) => json(response, 503, { error: 'not ready' })],
  ['an error of the server (500)', (response: ServerResponse) => json(response, 500, { error: 'timeout' })],
  ['too many requests (429)', (response: ServerResponse) => json(response, 429, {})],
  ['a connection that breaks', (response: ServerResponse) => void response.socket?.destroy()],
  [
    'an answer that breaks off',
    (response: ServerResponse) => {
      response.writeHead(400, { 'content-length': 100 }).write('{');
      setImmediate(() => response.socket?.destroy());
    },
  ],
  ['an answer that never comes', () => {}],
])('sends the same lines again after %s', async (_, fail) => {
  const { store, writes } = await storeBefore('1.6.7', failingFirst(fail, fail), { limits: { requestTimeoutMs: 200 } });
  await store.write([readingOf()]);

  expect(writes()).toHaveLength(3);
  expect(new Set(writes().map(({ body }) => body)).size).toBe(1);
});

it('leaves the server alone for as long as it asked, also with the next batch', async () => {
  const busy = (response: ServerResponse) => void response.writeHead(503, { 'retry-after': '1' }).end();
  const { store, writes } = await storeBefore('1.6.7', failingFirst(busy), { limits: { giveUpAfterMs: 0 } });
  const began = performance.now();
  await expect(store.write([readingOf()])).rejects.toMatchObject({ code: 'telemetry.unavailable', retryable: true });
  await store.write([readingOf()]);

  expect(performance.now() - began).toBeGreaterThan(990);
  expect(writes()).toHaveLength(2);
});

it('does not believe a server that asks for a day', async () => {
  const busy = (response: ServerResponse) => {
    response.writeHead(429, { 'retry-after': new Date(Date.now() + 86_400_000).toUTCString() }).end();
  };
  const { store } = await storeBefore('1.6.7', failingFirst(busy), { limits: { longestRetryAfterMs: 20 } });
  await store.write([readingOf()]);
});

it('resolves only when the server has confirmed', async () => {
  let confirm: (() => void) | undefined;
  const { store } = await storeBefore('1.6.7', ({ path }, response) => {
    if (path.startsWith('/query')) return json(response, 200, { results: [{}] });
    confirm = () => stored(response);
  });
  let isDone = false;
  const writing = store.write([readingOf()]).then(() => {
    isDone = true;
  });
  const answer = await eventually('the write has arrived', () => confirm);
  expect(isDone).toBe(false);
  answer();
  await writing;
});

it('makes whoever writes wait for a slow server, and holds one request of each batch meanwhile', async () => {
  const waiting: (() => void)[] = [];
  const { store, writes } = await storeBefore(
    '1.6.7',
    ({ path }, response) => {
      if (path.startsWith('/query')) return json(response, 200, { results: [{}] });
      waiting.push(() => stored(response));
    },
    { limits: { linesPerWrite: 10 } },
  );
  let done = 0;
  const batches = Array.from({ length: 3 }, (_, batch) => {
    const readings = Array.from({ length: 30 }, (_each, index) => readingOf({ deviceId: `s${batch}-${index}` }));
    return store.write(readings).then(() => done++);
  });
  // Nine requests in all: a batch sends its next one when the server has confirmed the one before.
  for (let round = 1; round <= 3; round++) {
    await eventually('each batch has a request under way', () => waiting.length === 3);
    expect([writes().length, done]).toEqual([3 * round, 0]);
    for (const confirm of waiting.splice(0)) confirm();
  }
  await Promise.all(batches);
  expect([writes().length, done]).toEqual([9, 3]);
});

it('finds the lines that are refused, whatever the server took of the others', async () => {
  const held = new Set<string>();
  const { store } = await storeBefore('v2.7.1', ({ path, body }, response) => {
    if (path.startsWith('/api/v2/buckets')) return json(response, 200, { buckets: [{ id: '1' }] });
    const lines = body.split('\n');
    const bad = lines.filter((line) => line.includes('tilt'));
    if (lines.length === 1 && bad.length === 0) held.add(body);
    if (bad.length === 0) lines.forEach((line) => held.add(line));
    return bad.length === 0
      ? stored(response)
      : json(response, 422, {
          code: 'unprocessable entity',
          message: `partial write: field type conflict dropped=${bad.length}`,
        });
  });
  const readings = Array.from({ length: 64 }, (_, index) =>
    readingOf({ deviceId: `s${index}`, values: index === 40 ? { tilt: 1 } : { fillingLevel: 1 } }),
  );

  await expect(store.write(readings)).rejects.toMatchObject({
    code: 'telemetry.refused',
    refused: [{ reading: readings[40], detail: '422: partial write: field type conflict dropped=1' }],
  });
  expect(held.size).toBe(63);
});

it('believes a server that dropped all of a batch for one reason', async () => {
  const { store, writes } = await storeBefore('1.6.7', ({ path, body }, response) => {
    if (path.startsWith('/query')) return json(response, 200, { results: [{}] });
    const dropped = body.split('\n').length;
    return json(response, 400, { error: `partial write: points beyond retention policy dropped=${dropped}` });
  });
  const readings = Array.from({ length: 50 }, (_, index) => readingOf({ deviceId: `s${index}` }));

  await expect(store.write(readings)).rejects.toMatchObject({ refused: { length: 50 } });
  expect(writes()).toHaveLength(1);
});

it('waits longer from attempt to attempt', async () => {
  const attempts: number[] = [];
  const fail = (response: ServerResponse) => {
    attempts.push(performance.now());
    response.writeHead(500).end();
  };
  const limits = { firstPauseMs: 20, longestPauseMs: 10_000 };
  const { store } = await storeBefore('1.6.7', failingFirst(fail, fail, fail, fail), { limits });
  await store.write([readingOf()]);

  const pauses = attempts.slice(1).map((at, index) => at - attempts[index]!);
  // At least half of 20, 40 and 80 ms; timers may be 1 ms early.
  expect(pauses.map((ms, index) => ms >= 10 * 2 ** index - 1)).toEqual([true, true, true]);
  expect(pauses[2]).toBeGreaterThan(39);
});

it('sends a large batch in several requests, in order', async () => {
  const limits = { linesPerWrite: 20, bytesPerWrite: 1_000 };
  const { store, writes } = await storeBefore('1.6.7', failingFirst(), { limits });
  await store.write(Array.from({ length: 50 }, (_, index) => readingOf({ deviceId: `s${100 + index}` })));

  const bodies = writes().map(({ body }) => body);
  expect(bodies.every((body) => body.length <= 1_000)).toBe(true);
  const lines = bodies.join('\n').split('\n');
  expect(lines).toHaveLength(50);
  expect(lines).toEqual([...lines].sort());
});

it('halves what is too large for the server', async () => {
  const { store, writes } = await storeBefore('1.8.10', ({ path, body }, response) => {
    if (path.startsWith('/query')) return json(response, 200, { results: [{}] });
    return body.split('\n').length > 3 ? json(response, 413, {}) : stored(response);
  });
  await store.write(Array.from({ length: 8 }, (_, index) => readingOf({ deviceId: `s${index}` })));

  expect(writes().map(({ body }) => body.split('\n').length)).toEqual([8, 4, 2, 2, 4, 2, 2]);
});

it('does not try again what will not be allowed, and says nothing of its token', async () => {
  const { store, writes } = await storeBefore(
    'v2.7.1',
    (_, response) => json(response, 401, { code: 'unauthorized', message: 'unauthorized access' }),
    { token: 'secret-token' },
  );
  const fault = await store.write([readingOf()]).catch((thrown: unknown) => thrown);

  expect(fault).toMatchObject({ code: 'telemetry.failed', retryable: false });
  expect((fault as Error).message).toBe('InfluxDB: 401: unauthorized access');
  expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toContain('secret');
  expect(writes()).toHaveLength(1);
});

it('stops waiting when it is stopped', async () => {
  const { store, writes } = await storeBefore('1.6.7', ({ path }, response) => {
    if (path.startsWith('/query')) json(response, 200, { results: [{}] });
  });
  const writing = store.write([readingOf()]).catch((thrown: unknown) => thrown);
  await eventually('the write has arrived', () => writes().length === 1);
  store.stop();

  expect(await writing).toMatchObject({ code: 'telemetry.unavailable', retryable: true });
  await expect(store.write([readingOf()])).rejects.toMatchObject({ code: 'telemetry.unavailable' });
});

it.each([
  ['1.6.7~rc0', '/write?db=city&precision=ms'],
  ['1.8.10', '/api/v2/write?org=&bucket=city&precision=ms'],
  ['v2.7.1', '/api/v2/write?org=&bucket=city&precision=ms'],
  ['3.0.1', '/api/v2/write?org=&bucket=city&precision=ms'],
])('writes to version %s at %s', async (version, path) => {
  const { store, writes } = await storeBefore(version, (request, response) => {
    if (request.path.startsWith('/query')) return json(response, 200, { results: [{}] });
    return request.method === 'GET' ? json(response, 200, { buckets: [{ id: '1' }] }) : stored(response);
  });
  await store.write([readingOf()]);

  expect(writes().map((request) => [request.method, request.path])).toEqual([['POST', path]]);
});

it.each([
  ['an empty list', 200],
  ['404', 404],
])('creates the bucket of 2.x when the server answers %s, with its organisation and retention', async (_, status) => {
  const { store, seen } = await storeBefore(
    'v2.7.1',
    ({ method, path }, response) => {
      if (path.startsWith('/api/v2/orgs')) return json(response, 200, { orgs: [{ id: 'org-7' }] });
      return method === 'GET' ? json(response, status, { buckets: [] }) : json(response, 201, {});
    },
    { org: 'Stadt & Land', token: 'abc', retention: { reading: 30, hour: 30, day: null } },
  );
  await store.start();

  expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /api/v2/buckets?org=Stadt+%26+Land&name=city',
    'GET /api/v2/orgs?org=Stadt+%26+Land',
    'POST /api/v2/buckets',
  ]);
  const { body, headers } = seen.at(-1)!;
  expect(headers.authorization).toBe('Token abc');
  const retentionRules = [{ type: 'expire', everySeconds: 30 * 86_400 }];
  expect(JSON.parse(body)).toEqual({ orgID: 'org-7', name: 'city', retentionRules });
});

it('shows a user and password to 1.x as such', async () => {
  const { store, seen } = await storeBefore('1.6.7', failingFirst(), { token: 'ada:pass:word' });
  await store.write([readingOf()]);

  const basic = `Basic ${Buffer.from('ada:pass:word').toString('base64')}`;
  expect(new Set(seen.map(({ headers }) => headers.authorization))).toEqual(new Set([basic]));
});

it('compresses what is worth it, and nothing on the way to the same machine', async () => {
  const { store, writes } = await storeBefore('1.6.7', failingFirst(), { limits: { gzipAboveBytes: 500 } });
  await store.write([readingOf()]);
  await store.write(Array.from({ length: 50 }, (_, index) => readingOf({ deviceId: `s${index}` })));
  expect(writes().map(({ headers }) => headers['content-encoding'])).toEqual([undefined, 'gzip']);
  expect(writes()[1]?.body.split('\n')).toHaveLength(50);

  const near = await storeBefore('1.6.7', failingFirst());
  await near.store.write(Array.from({ length: 500 }, (_, index) => readingOf({ deviceId: `s${index}` })));
  expect(near.writes()[0]?.headers['content-encoding']).toBeUndefined();
});

it('says so when an answer is not that of an InfluxDB', async () => {
  const { store } = await storeBefore('', (_, response) => json(response, 200, { hello: 'world' }));
  const failed = { code: 'telemetry.failed', retryable: false };
  await expect(store.start()).rejects.toMatchObject(failed);
  await expect(store.latest(['bin-1'])).rejects.toMatchObject(failed);

  const other = await storeBefore('1.6.7', (_, response) => json(response, 200, { results: [{ series: 'x' }] }));
  await expect(other.store.latest(['bin-1'])).rejects.toMatchObject(failed);
});

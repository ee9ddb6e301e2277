import { createServer, type Server, type ServerResponse } from 'node:http';
import type { LookupFunction } from 'node:net';
import { ManualClock } from '@stadtfunk/kernel/testing';
import type { OutboxEvent } from '@stadtfunk/maintenance';
import { anAlert } from '@stadtfunk/maintenance/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signatureOf } from './signature.ts';
import { WebhookChannel, type WebhookOptions } from './webhook-channel.ts';

const SECRET = 'whsec-do-not-tell';
const event: OutboxEvent = { eventId: 7, type: 'alert.raised', at: Date.UTC(2026, 10, 21, 12), data: anAlert('bin-1') };

describe('a webhook', () => {
  let server: Server;
  let origin: string;
  let requests: { path: string; body: string }[];
  let answer: (response: ServerResponse, path: string) => void;

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        requests.push({ path: request.url ?? '', body });
        answer(response, request.url ?? '');
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    origin = `http://127.0.0.1:${address.port}`;
  });

  beforeEach(() => {
    requests = [];
    answer = (response) => response.writeHead(204).end();
  });

  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  const deliver = (options: Partial<WebhookOptions> = {}) =>
    new WebhookChannel({ url: `${origin}/hook?token=hidden`, secret: SECRET, ...options }, new ManualClock()).deliver(
      event,
    );

  it('is told of an alert, with times that people can read', async () => {
    expect(await deliver()).toEqual({ ok: true });

    expect(JSON.parse(requests[0]!.body)).toMatchObject({
      id: '7',
      source: '/stadtfunk',
      type: 'de.stadtfunk.alert.raised',
      subject: `alerts/${anAlert('bin-1').alertId}`,
      data: {
        raisedAt: '2026-11-21T12:00:00.000Z',
        clearedAt: null,
        raisedBy: { observedAt: '2026-11-21T12:00:00.000Z', values: { fillingLevel: 0.93 } },
      },
    });
  });

  it.each([
    [200, true],
    [202, true],
    [204, true],
    [400, false],
    [401, false],
    [404, false],
    [410, false],
    [408, 'again'],
    [500, 'again'],
    [503, 'again'],
  ])('that answers %i is delivered, or to be tried again: %s', async (status, expected) => {
    answer = (response) => response.writeHead(status).end();

    const result = await deliver();

    if (expected === true) expect(result).toEqual({ ok: true });
    else
      expect(result).toMatchObject({ ok: false, error: { code: 'webhook.status' }, retryable: expected === 'again' });
  });

  it.each([
    [429, { 'retry-after': '120' }, 120_000],
    [429, {}, 60_000],
    [503, { 'retry-after': '30' }, 30_000],
  ])('that answers %i with %o is left alone so long, which is no attempt', async (status, headers, waitMs) => {
    answer = (response) => response.writeHead(status, headers).end();
    const clock = new ManualClock();
    const webhook = new WebhookChannel({ url: `${origin}/hook`, secret: SECRET }, clock);

    expect(await webhook.deliver(event)).toMatchObject({
      ok: false,
      error: { code: 'webhook.limited' },
      retryable: true,
      postponedMs: waitMs,
    });
    expect(webhook.postponeMs({ ...event, eventId: 8 })).toBe(waitMs);
    clock.advance(waitMs);
    expect(webhook.postponeMs(event)).toBe(0);
  });

  it('is told no more than so many events per minute; the others wait', () => {
    const clock = new ManualClock();
    const options = { url: `${origin}/hook`, secret: SECRET };
    const webhook = new WebhookChannel({ ...options, rate: { count: 2, withinMs: 60_000 } }, clock);

    expect([1, 2, 3].map(() => webhook.postponeMs(event))).toEqual([0, 0, 60_000]);
    clock.advance(60_000);
    expect(webhook.postponeMs(event)).toBe(0);
    const unbound = new WebhookChannel(options, clock);
    expect(Array.from({ length: 1_000 }, () => unbound.postponeMs(event)).every((waitMs) => waitMs === 0)).toBe(true);
  });

  it('that answers with a redirect is not followed', async () => {
    answer = (response, path) =>
      path === '/elsewhere' ? response.writeHead(204).end() : response.writeHead(307, { location: '/elsewhere' }).end();

    expect(await deliver()).toMatchObject({ ok: false, error: { code: 'webhook.redirected' }, retryable: true });
    expect(requests).toHaveLength(1);
  });

  it('that never answers is left after the timeout', async () => {
    answer = () => {};

    expect(await deliver({ timeoutMs: 60 })).toEqual({
      ok: false,
      error: { code: 'webhook.timeout', detail: 'no answer in 60 ms' },
      retryable: true,
    });
  });

  it('that is not there, or hangs up, is tried again, and its URL stays out of the error', async () => {
    answer = (response) => response.destroy();
    const hungUp = await deliver();
    const refused = await deliver({ url: 'http://127.0.0.1:1/hook?token=hidden' });

    for (const result of [hungUp, refused]) {
      expect(result).toMatchObject({ ok: false, error: { code: 'webhook.unreachable' }, retryable: true });
      expect(JSON.stringify(result)).not.toMatch(/hidden|127\.0\.0\.1/);
    }
  });

  it('that answers without end has taken the event, and is not listened to', async () => {
    let written = 0;
    let isClosed = false;
    answer = (response) => {
      response.writeHead(200);
      const pour = () => {
        while (!isClosed && response.write('x'.repeat(65_536))) written += 65_536;
        if (!isClosed) response.once('drain', pour);
      };
      response.on('close', () => (isClosed = true));
      response.on('error', () => (isClosed = true));
      pour();
    };

    expect(await deliver()).toEqual({ ok: true });
    expect(written).toBeLessThan(64_000_000);
  });

  it('that drips its answer is delivered after the timeout', async () => {
    answer = (response) => response.writeHead(200).write('a');

    expect(await deliver({ timeoutMs: 100 })).toEqual({ ok: true });
  });

  describe('with a name', () => {
    const answering =
      (...answers: string[][]): LookupFunction =>
      (_hostname, _options, callback) =>
        callback(
          null,
          (answers.shift() ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        );
    const named = () => origin.replace('127.0.0.1', 'hook.example');

    it('is posted to where the name leads', async () => {
      expect(await deliver({ url: named(), lookup: answering(['127.0.0.1']) })).toEqual({ ok: true });
    });

    it.each([
      ['a private address, where only public ones are allowed', ['127.0.0.1'], false],
      ['the same, hidden in an IPv6 address', ['::ffff:127.0.0.1'], false],
      ['the metadata service of a cloud', ['169.254.169.254'], true],
      ['the same, hidden in an IPv6 address', ['::ffff:169.254.169.254'], true],
      ['nothing', [], true],
    ])('is not posted to %s', async (_, answer, allowPrivate) => {
      const result = await deliver({ url: named(), lookup: answering(answer), allowPrivate });

      expect(result).toMatchObject({ ok: false, error: { code: 'webhook.address' }, retryable: true });
      expect(JSON.stringify(result)).not.toMatch(/example|\d+\.\d+\.\d+/);
      expect(requests).toEqual([]);
    });

    it('is posted to the allowed address where others are among the answers', async () => {
      expect(await deliver({ url: named(), lookup: answering(['169.254.169.254', '127.0.0.1']) })).toEqual({
        ok: true,
      });
    });

    it('is judged anew for each event', async () => {
      const webhook = new WebhookChannel(
        { url: named(), secret: SECRET, lookup: answering(['127.0.0.1'], ['169.254.169.254']) },
        new ManualClock(),
      );

      expect(await webhook.deliver(event)).toEqual({ ok: true });
      expect(await webhook.deliver(event)).toMatchObject({ ok: false, error: { code: 'webhook.address' } });
      expect(requests).toHaveLength(1);
    });

    it('of this machine is not posted to where only public ones are allowed, by the resolver of the system', async () => {
      const url = origin.replace('127.0.0.1', 'localhost');

      expect(await deliver({ url, allowPrivate: false })).toMatchObject({ error: { code: 'webhook.address' } });
      expect(await deliver({ url })).toEqual({ ok: true });
      expect(requests).toHaveLength(1);
    });
  });

  it.each([
    ['http://127.0.0.1/', false],
    ['http://2130706433/', false],
    ['http://0x7f.1/', false],
    ['http://10.1.2.3/', false],
    ['http://[::1]/', false],
    ['http://[::ffff:192.168.0.1]/', false],
    ['http://[fd12::1]/', false],
    ['http://[64:ff9b::7f00:1]/', false],
    ['http://169.254.169.254/', true],
    ['http://0.0.0.0/', true],
    ['http://[fe80::1]/', true],
    ['http://255.255.255.255/', true],
  ])('is not set up with the address %s, private ones allowed: %s', (url, allowPrivate) => {
    expect(() => new WebhookChannel({ url, secret: SECRET, allowPrivate }, new ManualClock())).toThrow(
      expect.objectContaining({ code: 'webhook.address' }) as Error,
    );
  });

  it('has an http(s) URL without a password, or is refused without repeating it', () => {
    for (const url of [
      'ftp://city.example/x',
      'city.example',
      'https://user:hidden@city.example/',
      'file:///etc/hidden',
    ]) {
      expect(() => new WebhookChannel({ url, secret: SECRET }, new ManualClock())).toThrow(
        expect.objectContaining({
          code: 'webhook.url',
          message: expect.not.stringContaining('hidden') as string,
        }) as Error,
      );
    }
  });
});

describe('a signature', () => {
  it('covers time and body with HMAC-SHA256', () => {
    // printf '1793793600.{"a":1}' | openssl dgst -sha256 -hmac secret
    expect(signatureOf('secret', 1_793_793_600_999, '{"a":1}')).toBe(
      't=1793793600,v1=c07e19dfa35ce00c75b1dea0113f59e253a4119679a73f6879225391c21cc549',
    );
  });
});

import { eventually } from '@stadtfunk/kernel/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aJob, anAlert } from '../testing/city.ts';
import { type Harness, startHarness, TOKEN } from '../testing/harness.ts';
import { signedIn } from '../testing/people.ts';
import { SseClient } from '../testing/sse-client.ts';

describe('The event stream', () => {
  let harness: Harness;
  let clients: SseClient[];
  beforeEach(async () => {
    clients = [];
    harness = await startHarness({
      limits: {
        streamPollMs: 20,
        streamHeartbeatMs: 50,
        streamClients: 3,
        streamStallMs: 1500,
        streamBufferBytes: 10_000_000,
      },
    });
  });
  afterEach(async () => {
    for (const client of clients) client.close();
    await harness.close();
  });

  const open = async (query = '', headers: Record<string, string> = {}) => {
    const client = await SseClient.open(`${harness.url}/api/v1/stream${query}`, headers);
    clients.push(client);
    await eventually('the greeting', () => client.events.length > 0);
    return client;
  };
  const raise = (...ids: string[]) => {
    for (const id of ids) harness.city.maintenanceStore.putAlert(anAlert(id), 'alert.raised');
  };

  it('tells a new listener what happens from now on', async () => {
    raise('old');
    const client = await open();
    raise('new');
    await client.waitFor(1);

    expect(client.events[0]).toEqual({ id: 'e1', event: 'ready', data: {} });
    expect(client.events[1]).toMatchObject({
      id: 'e2',
      event: 'alert.raised',
      data: { type: 'alert.raised', at: '2026-11-21T11:30:00.000Z', data: { alertId: 'new', open: true } },
    });
  });

  it('keeps no more than some for one account, and takes another when one has gone', async () => {
    await harness.close();
    harness = await startHarness({ limits: { streamPollMs: 20, streamHeartbeatMs: 50, streamClientsOfOne: 2 } });
    const [first] = [await open(), await open()];
    await expect(open()).rejects.toThrow('stream.tooMany');
    const { cookie } = await signedIn(harness, 'm.weber', [{ role: 'viewer', departments: [] }]);
    const another = await fetch(`${harness.url}/api/v1/stream`, { headers: { cookie } });
    expect(another.status).toBe(200);
    await another.body!.cancel();

    first.close();
    await eventually('room', () =>
      open().then(
        () => true,
        () => false,
      ),
    );
  });

  it('is for the account that it was opened for, and for nobody who has signed in there meanwhile', async () => {
    const anna = await signedIn(harness, 'anna', [{ role: 'viewer', departments: [] }]);
    const bernd = await signedIn(harness, 'bernd', [{ role: 'viewer', departments: [] }]);
    const path = `/api/v1/stream?account=${anna.accountId}`;
    const refused = await bernd.call('GET', path);
    expect([refused.status, refused.body]).toEqual([403, expect.objectContaining({ code: 'access.otherAccount' })]);
    await open(`?account=${anna.accountId}`, { cookie: anna.cookie });
  });

  it('tells who was called of an alert, without their addresses', async () => {
    const client = await open();
    const anna = { role: 'onCall', personId: 'anna', name: 'Anna', mail: 'anna@city.example' };
    const escalation = { step: 1, afterMs: 900_000, department: 'waste', to: [anna] };
    const alert = { ...anAlert('a'), escalation };
    harness.city.maintenanceStore.putAlert(alert, 'alert.escalated');
    await client.waitFor(1);

    expect(client.events[1]).toMatchObject({
      event: 'alert.escalated',
      data: { data: { alertId: 'a', escalation: { step: 1, department: 'waste', to: [{ name: 'Anna' }] } } },
    });
    const event = { at: 0, actor: 'schedule:escalate-overdue', action: 'escalate', from: 'open', to: 'open' } as const;
    const job = { ...aJob('j'), escalation };
    harness.city.maintenanceStore.putJob(job, { ...event, note: null }, 'job.escalated');
    await client.waitFor(2);
    expect(client.events[2]).toMatchObject({
      event: 'job.escalated',
      data: { data: { jobId: 'j', escalation: { step: 1, department: 'waste', to: [{ name: 'Anna' }] } } },
    });
    expect(JSON.stringify(client.events)).not.toContain('anna@city.example');
  });

  it('tells the department that a job leaves that it has gone, and nothing of what becomes of it', async () => {
    const { maintenanceStore } = harness.city;
    const created = { at: 0, actor: 'k.roth', action: 'create', from: null, to: 'open', note: null } as const;
    maintenanceStore.putJob(aJob('job-1'), created);
    const listener = async (name: string, department: string) => {
      const { cookie } = await signedIn(harness, name, [{ role: 'viewer', departments: [department] }]);
      return open('', { cookie });
    };
    const [from, to, none] = [
      await listener('m.weber', 'waste'),
      await listener('k.roth', 'lighting'),
      await listener('b.lang', 'parking'),
    ];
    const delegate = { jobId: 'job-1', action: 'delegate', department: 'lighting', actor: 'k.roth', at: 1 } as const;
    await maintenanceStore.moveJob({ ...delegate, note: 'for you alone' });
    await maintenanceStore.commentJob('job-1', 'k.roth', 2, 'later');
    await Promise.all([from.waitFor(1), to.waitFor(2)]);

    expect(from.events.slice(1)).toMatchObject([{ event: 'job.left', data: { data: { jobId: 'job-1' } } }]);
    expect(Object.keys(from.events[1]!.data['data'] as object)).toEqual(['jobId']);
    expect(to.events.slice(1).map(({ event }) => event)).toEqual(['job.changed', 'job.changed']);
    expect(none.ids).toEqual([]);
  });

  it('goes on behind the last event of a listener that comes back, without gap or repeat', async () => {
    const first = await open();
    raise('a', 'b');
    await first.waitFor(2);
    first.close();
    raise('c', 'd');

    const back = await open('', { 'last-event-id': first.ids.at(-1)! });
    raise('e');
    await back.waitFor(3);

    expect([...first.ids, ...back.ids]).toEqual(['e1', 'e2', 'e3', 'e4', 'e5']);
    expect((await open('?after=e4')).events[0]?.id).toBe('e4');
  });

  it('loses nothing for a listener that left before anything had ever happened', async () => {
    const first = await open();
    first.close();
    raise('a');

    const back = await open('', { 'last-event-id': first.events[0]!.id! });
    await back.waitFor(1);

    expect(back.ids).toEqual(['e1']);
  });

  it('brings a listener far behind up to date in pages', async () => {
    raise(...Array.from({ length: 450 }, (_, index) => `alert-${index}`));
    const client = await open('?after=start');
    await client.waitFor(450);

    expect(client.ids).toEqual(Array.from({ length: 450 }, (_, index) => `e${index + 1}`));
  });

  it('tells all listeners the same with one read', async () => {
    const listeners = [await open(), await open(), await open()];
    const before = harness.city.maintenanceStore.eventReads;
    harness.city.maintenanceStore.putJob(aJob('job-1'), {
      at: 0,
      actor: 'rule:waste.full',
      action: 'create',
      from: null,
      to: 'open',
      note: null,
    });
    await Promise.all(listeners.map((listener) => listener.waitFor(1)));
    const reads = harness.city.maintenanceStore.eventReads - before;

    expect(listeners.map(({ ids }) => ids)).toEqual([['e1'], ['e1'], ['e1']]);
    expect(listeners[0]!.events[1]).toMatchObject({
      event: 'job.created',
      data: { data: { jobId: 'job-1', state: 'open' } },
    });
    expect(reads).toBeLessThan(listeners.length * 3);
  });

  it('reads nothing while nobody listens', async () => {
    const client = await open();
    client.close();
    await eventually('the end', async () => {
      const before = harness.city.maintenanceStore.eventReads;
      await new Promise((wake) => setTimeout(wake, 100));
      return harness.city.maintenanceStore.eventReads === before;
    });
  });

  it('keeps a quiet connection alive', async () => {
    const client = await open();
    await eventually('a heartbeat', () => client.heartbeats >= 2);
  });

  it('refuses an id that no stream gave, and more listeners than it can serve', async () => {
    expect((await harness.call('GET', '/api/v1/stream?after=zzz')).body).toMatchObject({
      status: 400,
      code: 'cursor.invalid',
    });
    await Promise.all([open(), open(), open()]);
    expect((await harness.call('GET', '/api/v1/stream')).body).toMatchObject({ status: 503, code: 'stream.full' });
  });

  it('ends with its session', async () => {
    const { headers } = await harness.call('POST', '/api/v1/session', { anonymous: true, body: { token: TOKEN } });
    const cookie = headers.get('set-cookie')!.split(';')[0]!;
    const withCookie = await fetch(`${harness.url}/api/v1/stream`, { headers: { cookie } });
    const reader = withCookie.body!.getReader();
    harness.city.clock.advance(13 * 3_600_000);
    await eventually('the end', async () => (await reader.read()).done);
  });

  it('ends all streams when the server closes', async () => {
    const client = await open();
    await harness.close();

    await eventually('the end', () => !client.isOpen);
    harness = await startHarness();
  });
});

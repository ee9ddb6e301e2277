import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { reportOf } from './load-report.ts';
import { LoadRun, type LoadDevice, type LoadOptions } from './load-run.ts';
import { localAddressOf, targetOf } from './load-target.ts';
import { syntheticPayloads } from './synthetic-payloads.ts';

const devicesOf = (count: number): LoadDevice[] =>
  Array.from({ length: count }, (_, number) => ({
    ...{ clientId: `load-${number}`, username: null, password: null, topic: `stadtfunk/v1/load-${number}/up` },
  }));

function runOf(url: string, count: number, options: Partial<LoadOptions> = {}): LoadRun {
  return new LoadRun({
    ...{ targets: [targetOf(url, null)], devices: devicesOf(count), firstIndex: 0, sourceAddresses: [] },
    ...{ connectsPerSecond: Infinity, connectTimeoutMs: 20_000, drainMs: 10_000, signal: new AbortController().signal },
    payloads: syntheticPayloads(count),
    ...options,
  });
}

describe('a load on a broker that misbehaves', () => {
  let server: Server | undefined;
  const sockets = new Set<Socket>();
  let run: LoadRun | undefined;
  afterEach(async () => {
    run?.end();
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => server?.close(closed));
  });

  /** Greets everyone, and answers each publish as `answer` says. */
  async function brokerThat(answer: (socket: Socket, packet: Buffer) => void, greeting = 0): Promise<string> {
    server = createServer((socket) => {
      sockets.add(socket);
      let isGreeted = false;
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        if (isGreeted) return answer(socket, data);
        isGreeted = true;
        socket.write(Buffer.from([0x20, 2, 0, greeting]));
      });
    });
    await new Promise<void>((listening) => server!.listen(0, '127.0.0.1', listening));
    return `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  /** Packet ids of the publishes in a chunk: topic, packet id, payload. */
  function idsIn(data: Buffer): number[] {
    const ids: number[] = [];
    for (let at = 0; at < data.length;) {
      const length = (data[at + 1]! & 127) + (data[at + 1]! > 127 ? data[at + 2]! * 128 : 0);
      const head = data[at + 1]! > 127 ? 3 : 2;
      ids.push(data.readUInt16BE(at + head + 2 + data.readUInt16BE(at + head)));
      at += head + length;
    }
    return ids;
  }
  const acknowledge = (socket: Socket, ids: readonly number[]) => {
    for (const id of ids) socket.write(Buffer.from([0x40, 2, id >> 8, id & 255]));
  };

  it('sends a message when it is due, and not an interval later', async () => {
    const url = await brokerThat((socket, data) => acknowledge(socket, idsIn(data)));
    run = runOf(url, 2);
    await run.connect();
    const published = await run.publish({ kind: 'open', perSecond: 2, seconds: 1 });
    expect(published).toMatchObject({ planned: 2, sent: 2, acknowledged: 2 });
    expect(published.seconds).toBeGreaterThanOrEqual(1);
    expect(published.latency.maxUs).toBeLessThan(400_000);
  });

  it('counts a stall for every message that was planned meanwhile, sent or not', async () => {
    let heldUntil = 0;
    const held: number[] = [];
    const url = await brokerThat((socket, data) => {
      if (heldUntil === 0) {
        heldUntil = performance.now() + 400;
        setTimeout(() => acknowledge(socket, held.splice(0)), 400);
      }
      if (performance.now() < heldUntil) held.push(...idsIn(data));
      else acknowledge(socket, idsIn(data));
    });
    run = runOf(url, 1);
    await run.connect();
    const published = await run.publish({ kind: 'open', perSecond: 200, seconds: 1 });
    const { latencyMs } = reportOf([], [published]).messages!;
    expect(published.acknowledged).toBe(200);
    // Nearly 80 of the 200 fell into the stall: a closed loop would have seen one late answer.
    expect(latencyMs.p90).toBeGreaterThan(150);
    expect(latencyMs.max).toBeGreaterThan(350);
  });

  it('counts the time up to the last acknowledgement, so that a rate is not more than what was taken', async () => {
    const url = await brokerThat((socket, data) => {
      setTimeout(() => acknowledge(socket, idsIn(data)), 600);
    });
    run = runOf(url, 1);
    await run.connect();
    const published = await run.publish({ kind: 'open', perSecond: 100, seconds: 0.3 });
    expect(published.acknowledged).toBe(30);
    expect(published.seconds).toBeGreaterThan(0.85);
    expect(reportOf([], [published]).messages!.perSecond).toBeLessThan(40);
  });

  it('tells what was not acknowledged, and which connections were lost', async () => {
    let seen = 0;
    const url = await brokerThat((socket, data) => {
      const ids = idsIn(data);
      seen += ids.length;
      if (seen > 20) socket.destroy();
      else acknowledge(socket, ids);
    });
    run = runOf(url, 2, { drainMs: 200 });
    await run.connect();
    const published = await run.publish({ kind: 'open', perSecond: 100, seconds: 0.6 });
    expect(published.planned).toBe(60);
    expect(published.sent + published.notSent).toBe(60);
    expect(published.unacknowledged).toBeGreaterThan(0);
    expect(Object.values(published.lost).reduce((sum, count) => sum + count, 0)).toBe(2);
  });

  it('tells why connections were refused', async () => {
    run = runOf(await brokerThat(() => undefined, 5), 3);
    expect(await run.connect()).toMatchObject({ connected: 0, failed: { 'refused 5': 3 } });
    run = runOf('mqtt://127.0.0.1:1', 2);
    expect(await run.connect()).toMatchObject({ connected: 0, failed: { ECONNREFUSED: 2 } });
  });
});

describe('where a load goes to', () => {
  it('is a URL without a password, which is never shown', () => {
    expect(targetOf('mqtts://broker.example', 'PEM')).toEqual({
      host: 'broker.example',
      port: 8883,
      tls: { ca: 'PEM' },
      path: null,
    });
    const webSocket = { host: '::1', port: 443, tls: { ca: null } };
    expect(targetOf('wss://[::1]', null)).toEqual({ ...webSocket, path: '/mqtt' });
    expect(targetOf('wss://[::1]/own?key=1', null)).toEqual({ ...webSocket, path: '/own?key=1' });
    expect(() => targetOf('mqtt://user:hunter2@broker', null)).toThrow(/^the broker is mqtt(?!.*hunter2)/);
    expect(() => targetOf('http://broker', null)).toThrow('the broker is mqtt');
  });

  it('is reached from as many loopback addresses as it takes', () => {
    const of = (index: number) => localAddressOf('127.0.0.1', index, []);
    expect([of(0), of(5_999), of(6_000), of(99_999)]).toEqual([undefined, undefined, '127.0.0.2', '127.0.0.17']);
    expect(localAddressOf('broker.example', 99_999, [])).toBeUndefined();
  });
});

import {
  LoadRun,
  loadReportOf,
  syntheticPayloads,
  targetOf,
  type LoadDevice,
  type LoadOptions,
} from '@stadtfunk/device-simulator';
import { selfSignedCertificate } from '@stadtfunk/kernel/testing';
import { startMosquitto, type MosquittoServer } from '@stadtfunk/mqtt/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

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

describe('a load on mosquitto', () => {
  let broker: MosquittoServer;
  let run: LoadRun | undefined;
  beforeAll(async () => (broker = await startMosquitto({ max_connections: -1 })));
  afterEach(() => run?.end());
  afterAll(() => broker.stop());

  it('connects all devices at once, and publishes at a fixed rate', async () => {
    run = runOf(broker.url, 500);
    const connected = await run.connect();
    expect(connected).toMatchObject({ asked: 500, connected: 500, failed: {} });
    const published = await run.publish({ kind: 'open', perSecond: 2_000, seconds: 1 });
    expect(published).toMatchObject({
      planned: 2_000,
      sent: 2_000,
      acknowledged: 2_000,
      unacknowledged: 0,
      notSent: 0,
    });
    const { messages, connections } = loadReportOf([connected], [published]);
    expect(connections.latencyMs.max).toBeGreaterThan(0);
    const { p50, p90, p99, p999, max } = messages!.latencyMs;
    expect([p50, p90, p99, p999, max]).toEqual([p50, p90, p99, p999, max].toSorted((a, b) => a - b));
  });

  it('opens connections at a rate, and keeps as many messages on their way as it was told', async () => {
    run = runOf(broker.url, 20, { connectsPerSecond: 100 });
    const connected = await run.connect();
    expect(connected.connected).toBe(20);
    expect(connected.seconds).toBeGreaterThan(0.18);
    const published = await run.publish({ kind: 'closed', inFlightEach: 3, seconds: 0.5 });
    expect(published.acknowledged).toBeGreaterThan(60);
    expect(published).toMatchObject({ unacknowledged: 0, notSent: 0, planned: published.acknowledged });
  });

  it('comes from several loopback addresses when it is told to', async () => {
    run = runOf(broker.url, 6, { sourceAddresses: ['127.0.0.2', '127.0.0.3'] });
    expect(await run.connect()).toMatchObject({ connected: 6, failed: {} });
  });

  it('ends when it is interrupted, with what it has', async () => {
    const controller = new AbortController();
    run = runOf(broker.url, 5, { signal: controller.signal });
    await run.connect();
    setTimeout(() => controller.abort(), 100);
    const published = await run.publish({ kind: 'open', perSecond: 500, seconds: 60 });
    expect(published.planned).toBeLessThan(30_000);
    expect(published.sent).toBeGreaterThan(0);
  });
});

describe('a storm over TLS', () => {
  it('connects everybody at once to mosquitto', async () => {
    const { key, cert } = selfSignedCertificate();
    const broker = await startMosquitto(
      { certfile: '{folder}/cert.pem', keyfile: '{folder}/key.pem', max_connections: -1 },
      { 'cert.pem': cert, 'key.pem': key },
    );
    const url = broker.url.replace('mqtt:', 'mqtts:');
    const run = runOf(url, 200, { targets: [targetOf(url, cert)], connectTimeoutMs: 60_000 });
    const stranger = runOf(url, 1);
    try {
      expect(await run.connect()).toMatchObject({ connected: 200, failed: {} });
      expect(await run.publish({ kind: 'closed', inFlightEach: 1, seconds: 0.2 })).toMatchObject({ unacknowledged: 0 });
      expect(await stranger.connect()).toMatchObject({ connected: 0, failed: { DEPTH_ZERO_SELF_SIGNED_CERT: 1 } });
    } finally {
      run.end();
      stranger.end();
      await broker.stop();
    }
  });
});

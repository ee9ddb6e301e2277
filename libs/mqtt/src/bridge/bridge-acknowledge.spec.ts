import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '@stadtfunk/kernel';
import { eventually } from '@stadtfunk/kernel/testing';
import { MemoryUplinkLog, UplinkIntake, type Schedule } from '@stadtfunk/uplinks';
import { BridgeFixture, firstOf, numbers } from './bridge.fixture.ts';

const often = { everyMs: 1 };
let fixture: BridgeFixture;
beforeEach(async () => void (fixture = await new BridgeFixture().start()));
afterEach(() => fixture.stop());

describe('an uplink from the broker', () => {
  it('is offered with its device, topic, time, QoS and bytes', async () => {
    const bridge = await fixture.bridge();
    const client = await fixture.client();
    await client.publishAsync('stadtfunk/v1/bin-1/up', Buffer.from([0, 255, 7]), { qos: 1 });
    await eventually('the acknowledgement', () => fixture.wire.acknowledged().length === 1);
    expect(fixture.sink.offered).toEqual([
      {
        deviceId: 'bin-1',
        topic: 'stadtfunk/v1/bin-1/up',
        receivedAt: fixture.clock.now(),
        qos: 1,
        payload: Buffer.from([0, 255, 7]),
      },
    ]);
    expect(bridge.counters).toMatchObject({ uplinksAccepted: 1, redelivered: 0, connected: 1, uplinksInFlight: 0 });
    expect(fixture.latencies).toHaveLength(1);
  });

  it('gets no PUBACK before it is durable', async () => {
    fixture.sink.isHeld = true;
    await fixture.bridge({ keepaliveMs: 100 });
    const client = await fixture.client();
    await fixture.publish(client, 'bin-1', ['a', 'b', 'c']);
    await eventually('the offers', () => fixture.sink.waiting === 3);
    await fixture.wire.settle();
    expect(fixture.wire.acknowledged()).toEqual([]);
    fixture.sink.release(2);
    await eventually('two acks', () => fixture.wire.acknowledged().length === 2);
    await fixture.wire.settle();
    expect(fixture.wire.acknowledged()).toHaveLength(2);
    fixture.sink.release();
    await eventually('the last ack', () => fixture.wire.acknowledged().length === 3);
  });

  it.each([0, 2] as const)('that was published with QoS %i arrives once', async (qos) => {
    await fixture.bridge({ keepaliveMs: 100 });
    const client = await fixture.client();
    for (const text of ['a', 'b', 'c']) await client.publishAsync('stadtfunk/v1/bin-1/up', text, { qos });
    await eventually('all', () => fixture.sink.offered.length >= 3);
    await fixture.wire.settle();
    expect(fixture.textsOf('bin-1')).toEqual(['a', 'b', 'c']);
    // Subscribed with QoS 1: the broker lowers QoS 2.
    expect(fixture.wire.acknowledged()).toHaveLength(qos === 0 ? 0 : 3);
  });
});

describe('20,000 uplinks', () => {
  it('with many in flight are all stored, in the order of each device, and acknowledged in the order of arrival', async () => {
    const schedule: Schedule = (callback, ms) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    };
    const log = new MemoryUplinkLog({ schedule });
    const intake = new UplinkIntake(log, { maxPending: 20_000, maxBatch: 500, appendTimeoutMs: 10_000, schedule });
    let mostPending = 0;
    const sink = {
      offer: (...offer: Parameters<UplinkIntake['offer']>) => {
        intake.offer(...offer);
        mostPending = Math.max(mostPending, intake.pending);
      },
    };
    const bridge = await fixture.bridge({ pauseAtInFlight: 800, resumeAtInFlight: 400 }, sink);
    const devices = ['bin-1', 'bin-2', 'bin-3', 'bin-4'];
    await Promise.all(
      devices.map(async (deviceId) => fixture.publish(await fixture.client(), deviceId, numbers(1, 5_000))),
    );
    await eventually('all acknowledged', () => fixture.wire.acknowledged().length === 20_000);

    const stored = await log.openCursor([0, 0, 0, 0]).read(30_000, 0);
    for (const deviceId of devices) {
      const texts = stored.filter((uplink) => uplink.deviceId === deviceId).map(({ payload }) => Buffer.from(payload));
      expect(texts.map(String)).toEqual(numbers(1, 5_000));
    }
    const arrived = fixture.wire.fromBroker.flatMap((packet) => (packet.cmd === 'publish' ? [packet.messageId] : []));
    expect(fixture.wire.acknowledged()).toEqual(arrived);
    expect(mostPending).toBeGreaterThan(20);
    expect(bridge.counters).toMatchObject({ uplinksAccepted: 20_000, connectionsLost: 0 });
  });

  it.each([
    ['uplinks', { pauseAtInFlight: 100, resumeAtInFlight: 50 }],
    ['bytes', { pauseAtInFlightBytes: 40_000 }],
  ])('wait in the broker while the log is slow, and not in the memory of the bridge: %s', async (_what, limits) => {
    fixture.sink.isHeld = true;
    const bridge = await fixture.bridge({ ...limits, keepaliveMs: 100 });
    const client = await fixture.client();
    const texts = numbers(1, 5_000).map((text) => text.padEnd(400));
    await fixture.publish(client, 'bin-1', texts);
    await eventually('the first ones', () => fixture.sink.waiting >= 100);
    await fixture.wire.settle();
    // One socket read brings up to 64 KiB.
    expect(bridge.counters.uplinksInFlight).toBeLessThan(100 + 65_536 / 400);
    await eventually(
      'everything',
      () => {
        fixture.sink.release(37);
        return fixture.wire.acknowledged().length === 5_000;
      },
      often,
    );
    expect(fixture.textsOf('bin-1')).toEqual(texts);
  });
});

describe('a log that fails', () => {
  it('gets no acknowledgement out: the broker sends again, until it is stored', async () => {
    const bridge = await fixture.bridge();
    const client = await fixture.client();
    fixture.sink.fault = new Fault('log.io', 'the disk is gone', true);
    await fixture.publish(client, 'bin-1', numbers(1, 50));
    await eventually('several attempts', () => fixture.wire.connections >= 3);
    expect(fixture.wire.acknowledged()).toEqual([]);
    expect(bridge.counters.uplinksAccepted).toBe(0);
    expect(bridge.counters.refused['log.io']).toBeGreaterThanOrEqual(2);

    fixture.sink.offered.length = 0;
    fixture.sink.fault = null;
    await eventually('all acknowledged', () => fixture.wire.acknowledged().length >= 50);
    expect(firstOf(fixture.textsOf('bin-1'))).toEqual(numbers(1, 50));
    expect(bridge.counters.redelivered).toBeGreaterThanOrEqual(50);
    expect(bridge.counters.sessionsLost).toBe(0);
    expect(fixture.logged('log.io')[0]).toMatchObject({ level: 'warn', detail: 'the disk is gone' });
  });

  it('by throwing costs the connection, not the process', async () => {
    const bridge = await fixture.bridge();
    fixture.sink.thrown = new TypeError('a defect');
    await fixture.publish(await fixture.client(), 'bin-1', ['a']);
    await eventually('the fault', () => bridge.counters.refused['intake.defect']);
    fixture.sink.thrown = undefined;
    await eventually('the acknowledgement', () => fixture.wire.acknowledged().length === 1);
    expect(fixture.textsOf('bin-1')).toEqual(['a']);
  });

  it('is not asked again before it has answered everything of the old connection', async () => {
    fixture.sink.isHeld = true;
    await fixture.bridge();
    await fixture.publish(await fixture.client(), 'bin-1', numbers(1, 10));
    await eventually('the offers', () => fixture.sink.waiting === 10);
    fixture.wire.cut();
    fixture.sink.release(9);
    await eventually('the end is noticed', () => fixture.logged('connection.closed').length === 1);
    await new Promise((passed) => setTimeout(passed, 200));
    expect(fixture.wire.connections).toBe(1);
    fixture.sink.isHeld = false;
    fixture.sink.release();
    await eventually('all again', () => fixture.wire.acknowledged().length === 10);
    expect(fixture.textsOf('bin-1')).toEqual([...numbers(1, 10), ...numbers(1, 10)]);
  });
});

describe('stopping', () => {
  it('acknowledges what is stored and says goodbye; the next bridge gets the rest, and nothing again', async () => {
    fixture.sink.isHeld = true;
    const bridge = await fixture.bridge({ pauseAtInFlight: 10, resumeAtInFlight: 5 });
    const client = await fixture.client();
    const texts = numbers(1, 3_000).map((text) => text.padEnd(500));
    await fixture.publish(client, 'bin-1', texts);
    await eventually('the first offers', () => fixture.sink.waiting >= 10);
    const stopped = bridge.stop();
    fixture.sink.release();
    await stopped;
    const taken = fixture.sink.offered.length;
    expect(taken).toBeLessThan(3_000);
    await eventually('the end', () => fixture.wire.count('disconnect') === 1);
    expect(fixture.wire.acknowledged()).toHaveLength(taken);
    expect(bridge.problem).toBe('stopped');

    fixture.sink.isHeld = false;
    await fixture.bridge();
    await eventually('the rest', () => fixture.wire.acknowledged().length === 3_000);
    expect(fixture.textsOf('bin-1')).toEqual(texts);
  });

  it('does not wait for ever for a log that hangs; what it has comes again', async () => {
    fixture.sink.isHeld = true;
    const bridge = await fixture.bridge({ stopTimeoutMs: 50 });
    await fixture.publish(await fixture.client(), 'bin-1', ['a', 'b']);
    await eventually('the offers', () => fixture.sink.waiting === 2);
    await bridge.stop();
    expect(fixture.wire.acknowledged()).toEqual([]);
    fixture.sink.isHeld = false;
    await fixture.bridge();
    await eventually('both again', () => fixture.wire.acknowledged().length === 2);
  });
});

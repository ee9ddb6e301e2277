import { afterEach, describe, expect, it } from 'vitest';
import { Fault } from '@stadtfunk/kernel';
import { eventually } from '@stadtfunk/kernel/testing';
import { bytesOf, connectPacket, IntakeFixture, publishPacket, upOf } from './mqtt-intake.fixture.ts';
import type { MqttIntakeOptions } from './options.ts';

/** How often a held log answers a few. */
const often = { everyMs: 1 };
let fixture: IntakeFixture;
const start = async (options: Partial<MqttIntakeOptions> = {}) => (fixture = await new IntakeFixture(options).start());
afterEach(() => fixture.stop());

describe('an uplink', () => {
  it('is offered with its device, topic, time, QoS and bytes', async () => {
    await start();
    const client = await fixture.connect('bin-1');
    client.send(publishPacket('bin-1', Buffer.from([0, 255, 7]), { qos: 1, messageId: 9, retain: true }));
    expect((await client.next('puback')).messageId).toBe(9);
    expect(fixture.sink.offered).toEqual([
      {
        deviceId: 'bin-1',
        topic: 'stadtfunk/v1/bin-1/up',
        receivedAt: fixture.clock.now(),
        qos: 1,
        payload: Buffer.from([0, 255, 7]),
      },
    ]);
    expect(fixture.intake.counters.uplinksAccepted).toBe(1);
    expect(fixture.latencies).toHaveLength(1);
  });

  it.each([
    [1, 'puback'],
    [2, 'pubrec'],
  ] as const)('of QoS %i gets no %s before it is durable', async (qos, answer) => {
    await start();
    fixture.sink.isHeld = true;
    const client = await fixture.connect('bin-1');
    client.send(publishPacket('bin-1', 'x', { qos }));
    await eventually('the offer', () => fixture.sink.waiting === 1);
    await client.settle();
    expect(client.received.map((packet) => packet.cmd)).toEqual(['connack', 'pingresp']);
    fixture.sink.release();
    await client.next(answer);
  });

  it('of QoS 2 is completed by the whole handshake', async () => {
    await start();
    const client = await fixture.connect('bin-1');
    for (let messageId = 1; messageId <= 3; messageId++) {
      client.send(publishPacket('bin-1', `m${messageId}`, { qos: 2, messageId }));
      expect((await client.next('pubrec')).messageId).toBe(messageId);
      client.send({ cmd: 'pubrel', messageId });
      expect((await client.next('pubcomp')).messageId).toBe(messageId);
    }
    expect(fixture.sink.texts()).toEqual(['m1', 'm2', 'm3']);
  });

  it('of QoS 0 makes nobody wait, and is counted when it is durable', async () => {
    await start();
    fixture.sink.isHeld = true;
    const client = await fixture.connect('bin-1');
    client.send(publishPacket('bin-1', 'a', { qos: 0 }), publishPacket('bin-1', 'b', { qos: 0 }));
    await client.settle();
    expect(fixture.sink.texts()).toEqual(['a', 'b']);
    expect(fixture.intake.counters.uplinksAccepted).toBe(0);
    fixture.sink.release();
    expect(fixture.intake.counters.uplinksAccepted).toBe(2);
  });

  it('keeps its bytes while later ones arrive', async () => {
    await start();
    fixture.sink.isHeld = true;
    const client = await fixture.connect('bin-1');
    const texts = Array.from({ length: 100 }, (_, index) => `${index}:`.padEnd(700, String(index % 10)));
    for (const [index, text] of texts.entries()) client.send(publishPacket('bin-1', text, { messageId: index + 1 }));
    await eventually(
      'all offers',
      () => {
        fixture.sink.release(10);
        return fixture.sink.offered.length === 100;
      },
      often,
    );
    expect(fixture.sink.texts()).toEqual(texts);
  });

  it('of a device with a topic of its own comes on that topic only', async () => {
    await start();
    fixture.register('meter', { uplinkTopic: 'NB/{deviceId}/data' });
    const client = await fixture.connect('meter');
    client.send(publishPacket('meter', 'x', { topic: 'NB/meter/data' }));
    await client.next('puback');
    client.send(publishPacket('meter', 'x'));
    await client.closed();
    expect(fixture.refused).toEqual({ 'publish.foreignTopic': 1 });
  });
});

describe('acknowledgements', () => {
  it('come in the order of 500 pipelined uplinks, from several devices at once', async () => {
    await start();
    const ids = Array.from({ length: 500 }, (_, index) => index + 1);
    const clients = await Promise.all(['bin-1', 'bin-2', 'bin-3', 'bin-4'].map((id) => fixture.connect(id)));
    for (const [index, client] of clients.entries()) {
      const deviceId = `bin-${index + 1}`;
      client.send(...ids.map((messageId) => publishPacket(deviceId, String(messageId), { messageId })));
    }
    for (const client of clients) await eventually('500 acks', () => client.acknowledged().length === 500);
    for (const [index, client] of clients.entries()) {
      expect(client.acknowledged()).toEqual(ids);
      const own = fixture.sink.offered.filter((uplink) => uplink.deviceId === `bin-${index + 1}`);
      expect(own.map((uplink) => Number(Buffer.from(uplink.payload).toString()))).toEqual(ids);
    }
  });

  it('come for what was sent together with CONNECT, however much', async () => {
    await start();
    const ids = Array.from({ length: 200 }, (_, index) => index + 1);
    const client = fixture.open();
    client.send(
      connectPacket('bin-1'),
      ...ids.map((messageId) => publishPacket('bin-1', 'x'.repeat(3_000), { messageId })),
    );
    await eventually('all acks', () => client.acknowledged().length === ids.length);
    expect(client.acknowledged()).toEqual(ids);
  });

  it('come in order when the bytes arrive one by one', async () => {
    await start();
    const client = fixture.open();
    const bytes = bytesOf(
      connectPacket('bin-1'),
      publishPacket('bin-1', 'one', { messageId: 1 }),
      publishPacket('bin-1', 'two', { messageId: 2 }),
    );
    for (const byte of bytes) {
      client.send(Buffer.from([byte]));
      await new Promise((sent) => setImmediate(sent));
    }
    await eventually('both acks', () => client.acknowledged().length === 2);
    expect(fixture.sink.texts()).toEqual(['one', 'two']);
  });
});

describe('a bound on uplinks in flight', () => {
  const flood = 5_000;

  it.each([1, 0] as const)(
    'stops reading from a device that floods with QoS %i, and then goes on in order',
    async (qos) => {
      await start({ pauseAtInFlight: 20, resumeAtInFlight: 10 });
      fixture.sink.isHeld = true;
      const client = await fixture.connect('bin-1');
      for (let index = 1; index <= flood; index++) {
        client.send(publishPacket('bin-1', String(index).padEnd(400), { qos, messageId: index }));
      }
      await eventually('the first offers', () => fixture.sink.waiting >= 20);
      const other = await fixture.connect('bin-2');
      await other.settle();
      // One socket read brings up to 64 KiB.
      expect(fixture.sink.waiting).toBeLessThan(20 + 65_536 / 400);
      await eventually(
        'everything',
        () => {
          fixture.sink.release(7);
          return fixture.sink.offered.length === flood && fixture.sink.waiting === 0;
        },
        often,
      );
      const numbers = fixture.sink.texts().map(Number);
      expect(numbers).toEqual(Array.from({ length: flood }, (_, index) => index + 1));
      if (qos === 1) await eventually('all acks', () => client.acknowledged().length === flood);
    },
  );

  it('holds back all devices when the log is slow, and loses none', async () => {
    await start({ maxInFlight: 40 });
    fixture.sink.isHeld = true;
    const clients = await Promise.all(['bin-1', 'bin-2', 'bin-3'].map((id) => fixture.connect(id)));
    for (let index = 1; index <= 1_000; index++) {
      // QoS 0: aedes itself holds nobody back.
      for (const [at, client] of clients.entries()) {
        client.send(publishPacket(`bin-${at + 1}`, 'x'.repeat(400), { qos: 0 }));
      }
    }
    let before = -1;
    await eventually(
      'nothing more is read',
      () => {
        const isQuiet = before >= 40 && before === fixture.sink.waiting;
        before = fixture.sink.waiting;
        return isQuiet;
      },
      { everyMs: 100 },
    );
    expect(fixture.sink.waiting).toBeLessThan(40 + (3 * 65_536) / 400);
    await eventually(
      'everything',
      () => {
        fixture.sink.release(9);
        return fixture.sink.offered.length === 3_000 && fixture.sink.waiting === 0;
      },
      often,
    );
    expect(fixture.intake.counters.uplinksInFlight).toBe(0);
  });

  it.each([
    ['uplinks', { maxInFlight: 40 }],
    ['bytes', { maxInFlightBytes: 16_000 }],
  ])('takes no more than one read beyond its limit of %s, however many devices send', async (_what, limits) => {
    await start(limits);
    fixture.sink.isHeld = true;
    const ids = Array.from({ length: 20 }, (_, index) => `lamp-${index}`);
    for (const id of ids) fixture.register(id);
    const clients = await Promise.all(ids.map((id) => fixture.connect(id)));
    for (const [at, client] of clients.entries()) {
      const numbers = Array.from({ length: 100 }, (_, index) => index + 1);
      client.send(...numbers.map((messageId) => publishPacket(ids[at]!, 'x'.repeat(400), { qos: 1, messageId })));
    }
    await eventually('the limit', () => fixture.sink.waiting >= 40);
    let mostWaiting = 0;
    await eventually(
      'everything',
      () => {
        mostWaiting = Math.max(mostWaiting, fixture.sink.waiting);
        fixture.sink.release(9);
        return fixture.sink.offered.length === 2_000 && fixture.sink.waiting === 0;
      },
      often,
    );
    // One read of a socket is at most 80 KiB.
    expect(mostWaiting).toBeLessThan(40 + (80 * 1_024) / 400);
    await eventually('all acknowledgements', () => clients.every((client) => client.acknowledged().length === 100));
  });
});

describe('a log that fails', () => {
  const fault = new Fault('log.io', 'the disk is gone', true);

  it.each([0, 1, 2] as const)('gets the connection closed without an acknowledgement at QoS %i', async (qos) => {
    await start();
    fixture.sink.fault = fault;
    const client = await fixture.connect('bin-1');
    client.send(publishPacket('bin-1', 'x', { qos }));
    await client.closed();
    expect(client.received.map((packet) => packet.cmd)).toEqual(['connack']);
    expect(fixture.refused).toEqual({ 'log.io': 1 });
    expect(fixture.intake.counters.uplinksAccepted).toBe(0);

    fixture.sink.fault = null;
    const next = await fixture.connect('bin-1');
    next.send(publishPacket('bin-1', 'again'));
    await next.next('puback');
  });

  it('throws, and the process lives', async () => {
    await start();
    fixture.sink.thrown = new TypeError('a defect');
    const client = await fixture.connect('bin-1');
    client.send(publishPacket('bin-1', 'x'), publishPacket('bin-1', 'y', { messageId: 2 }));
    await client.closed();
    expect(client.acknowledged()).toEqual([]);
    expect(fixture.refused).toEqual({ 'intake.defect': 1 });
    fixture.sink.thrown = undefined;
    const next = await fixture.connect('bin-2');
    next.send(publishPacket('bin-2', 'x'));
    await next.next('puback');
  });

  it('acknowledges nothing that it answers after the connection was refused', async () => {
    await start();
    fixture.sink.isHeld = true;
    const client = await fixture.connect('bin-1');
    client.send(
      publishPacket('bin-1', 'mine', { messageId: 1 }),
      publishPacket('bin-1', 'not mine', { messageId: 2, topic: upOf('bin-2') }),
      publishPacket('bin-1', 'after', { messageId: 3 }),
    );
    await client.closed();
    fixture.sink.release();
    expect(client.acknowledged()).toEqual([]);
    expect(fixture.sink.texts()).toEqual(['mine']);
    expect(fixture.intake.counters.uplinksInFlight).toBe(0);
  });

  it('never answers: connections that wait are closed', async () => {
    await start({ ackTimeoutMs: 60 });
    fixture.sink.isHeld = true;
    const [waiting, idle] = [await fixture.connect('bin-1'), await fixture.connect('bin-2')];
    waiting.send(publishPacket('bin-1', 'x'));
    await waiting.closed();
    expect(fixture.refused).toEqual({ 'publish.ackTimeout': 1 });
    await idle.settle();
  });
});

describe('stopping', () => {
  it('acknowledges what waits for the log, takes no more, and closes', async () => {
    await start();
    fixture.sink.isHeld = true;
    const client = await fixture.connect('bin-1');
    client.send(publishPacket('bin-1', 'x', { messageId: 5 }));
    await eventually('the offer', () => fixture.sink.waiting === 1);
    const stopped = fixture.intake.stop();
    client.send(publishPacket('bin-1', 'late', { messageId: 6 }));
    const refused = fixture.open();
    await refused.closed();
    fixture.sink.release();
    await stopped;
    await client.closed();
    expect(client.acknowledged()).toEqual([5]);
    expect(fixture.sink.texts()).toEqual(['x']);
    expect(fixture.intake.counters.connections).toBe(0);
  });

  it('does not wait for ever for a log that hangs', async () => {
    await start({ stopTimeoutMs: 50 });
    fixture.sink.isHeld = true;
    const client = await fixture.connect('bin-1');
    client.send(publishPacket('bin-1', 'x'));
    await eventually('the offer', () => fixture.sink.waiting === 1);
    await fixture.intake.stop();
    await client.closed();
    expect(client.acknowledged()).toEqual([]);
  });

  it('frees the ports when one of them is taken', async () => {
    await start();
    const second = new IntakeFixture({ tcpPort: 0, webSocketPort: fixture.ports.tcpPort });
    await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

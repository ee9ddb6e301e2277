import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '@stadtfunk/kernel/testing';
import { bytesOf, connectPacket, IntakeFixture, publishPacket } from './mqtt-intake.fixture.ts';
import type { MqttIntakeOptions } from './options.ts';

let fixture: IntakeFixture;
const start = async (options: Partial<MqttIntakeOptions> = {}) => (fixture = await new IntakeFixture(options).start());
afterEach(() => fixture.stop());

/** A fixed header that announces this many bytes. */
function header(firstByte: number, length: number): Buffer {
  const bytes = [firstByte];
  for (let rest = length; ; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) | (rest >= 128 ? 128 : 0));
    if (rest < 128) return Buffer.from(bytes);
  }
}

describe('the packet size', () => {
  it('is limited before authentication by what the first bytes announce', async () => {
    await start();
    for (const announced of [2_048, 200 * 1024 * 1024]) {
      const client = fixture.open();
      client.send(header(0x10, announced));
      await client.closed();
    }
    expect(fixture.refused).toEqual({ 'packet.oversized': 2 });
    const largest = fixture.open();
    const size = bytesOf(connectPacket('bin-1', { clientId: '' })).length;
    largest.send(connectPacket('bin-1', { clientId: 'x'.repeat(2_048 - size - 1) }));
    expect((await largest.next('connack')).returnCode).toBe(0);
  });

  it('is limited after it; an uplink that is too large is counted and logged with its device', async () => {
    await start({ maxPacketBytes: 1_000 });
    const client = await fixture.connect('bin-1');
    const room = 1_000 - bytesOf(publishPacket('bin-1', '')).length - 1;
    client.send(publishPacket('bin-1', 'x'.repeat(room), { messageId: 1 }));
    await client.next('puback');
    client.send(header(0x32, 998));
    await client.closed();
    expect(fixture.refused).toEqual({ 'publish.oversized': 1 });
    expect(fixture.lines).toContainEqual(
      expect.objectContaining({ code: 'publish.oversized', deviceId: 'bin-1', bytes: 1_001, level: 'warn' }),
    );
    expect(fixture.sink.offered).toHaveLength(1);
  });

  it('counts for every packet, and a length of five bytes is none', async () => {
    await start({ maxPacketBytes: 1_000 });
    const subscriber = await fixture.connect('bin-1');
    subscriber.send(header(0x82, 5_000));
    await subscriber.closed();
    const other = await fixture.connect('bin-1');
    other.send(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01]));
    await other.closed();
    expect(fixture.refused).toEqual({ 'packet.oversized': 1, 'packet.malformed': 1 });
  });

  it('does not let a stranger send more than one CONNECT before it is answered', async () => {
    await start();
    fixture.passwords.isHeld = true;
    const client = fixture.open();
    const megabyte = bytesOf(publishPacket('bin-1', Buffer.alloc(60_000)))
      .toString('latin1')
      .repeat(17);
    client.send(connectPacket('bin-1', { password: Buffer.from('wrong') }), Buffer.from(megabyte, 'latin1'));
    await eventually('the password is being checked', () => fixture.passwords.running === 1);
    fixture.passwords.release();
    await client.closed();
    expect(fixture.sink.offered).toEqual([]);
  });
});

describe('connections', () => {
  it('that say nothing, or dribble, are closed', async () => {
    await start({ connectTimeoutMs: 150 });
    const silent = fixture.open();
    const slow = fixture.open();
    const dribble = setInterval(() => slow.socket.write(Buffer.from([0x10])), 20);
    slow.send(header(0x10, 1_000));
    await silent.closed();
    await slow.closed();
    clearInterval(dribble);
    expect(fixture.refused).toEqual({ 'connection.connectTimeout': 2 });
  });

  it('are limited in number; a place that gets free is given again', async () => {
    await start({ maxConnections: 2 });
    const first = await fixture.connect('bin-1');
    await fixture.connect('bin-2');
    const third = fixture.open();
    await third.closed();
    expect(fixture.refused).toEqual({ 'connection.tooMany': 1 });
    first.socket.destroy();
    await eventually('one is gone', () => fixture.intake.counters.connections === 1);
    await fixture.connect('bin-3');
  });

  it('are let in at a rate; others wait unread, and are refused when they have waited too long', async () => {
    await start({ connectionsPerSecond: 0.001, connectionBurst: 3, connectTimeoutMs: 1_000 });
    const clients = Array.from({ length: 6 }, (_, index) =>
      fixture.open().send(connectPacket(`bin-${(index % 5) + 1}`)),
    );
    await eventually('three are in, and three wait', () => {
      const { connectedDevices, connections, unauthenticated, waiting } = fixture.intake.counters;
      return [connectedDevices, connections, unauthenticated, waiting].join() === '3,6,3,3';
    });
    await eventually('three are refused', () => fixture.refused['connection.tooFast'] === 3);
    await eventually('three are closed', () => clients.filter((client) => client.isClosed).length === 3);
    expect(fixture.intake.counters).toMatchObject({ connections: 3, unauthenticated: 0, waiting: 0 });
  });

  it('may be reset at any moment', async () => {
    await start();
    for (let round = 0; round < 30; round++) {
      const client = fixture.open();
      await eventually('it is open', () => !client.socket.connecting);
      if (round % 3 > 0) client.send(connectPacket('bin-1'), publishPacket('bin-1', 'x'));
      if (round % 3 > 1) await client.next('connack');
      client.socket.resetAndDestroy();
    }
    await eventually('all are gone', () => fixture.intake.counters.connections === 0);
    const client = await fixture.connect('bin-1');
    await client.settle();
    expect(fixture.intake.counters.uplinksInFlight).toBe(0);
  });

  it('are logged a few times per second and not each time', async () => {
    await start();
    for (let round = 0; round < 50; round++) fixture.open().send(Buffer.from('GET'));
    await eventually('all are refused', () => fixture.refused['packet.notConnect'] === 50);
    expect(fixture.lines.filter((line) => line.code === 'packet.notConnect').length).toBeLessThan(50);
  });
});

describe('hostile bytes', () => {
  it('after CONNECT close at most their own connection', async () => {
    await start();
    let seed = 7;
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const valid = bytesOf(
      publishPacket('bin-1', 'payload', { messageId: 1 }),
      publishPacket('bin-1', 'payload', { qos: 2, messageId: 2 }),
      { cmd: 'pubrel', messageId: 2 },
      { cmd: 'subscribe', messageId: 3, subscriptions: [{ topic: 'stadtfunk/v1/bin-1/down', qos: 1 }] },
      { cmd: 'unsubscribe', messageId: 4, unsubscriptions: ['stadtfunk/v1/bin-1/down'] },
    );
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(valid);
      for (let flips = 0; flips <= random(3); flips++) bytes[random(bytes.length)] = random(256);
      const client = fixture.open();
      client.send(connectPacket('bin-1', { clientId: '' }), bytes.subarray(0, 1 + random(bytes.length)));
      if (round % 10 === 0) await client.next('connack');
      client.socket.end();
    }
    await eventually('all are gone', () => fixture.intake.counters.connections === 0);
    await (await fixture.connect('bin-1')).settle();
    for (const uplink of fixture.sink.offered) expect(uplink.topic).toBe('stadtfunk/v1/bin-1/up');
  });

  it('in CONNECT close at most their own connection', async () => {
    await start();
    const valid = bytesOf(
      connectPacket('bin-1', { will: { topic: 'a', payload: Buffer.from('b'), qos: 1, retain: true } }),
    );
    for (let at = 2; at < valid.length; at++) {
      for (const value of [0, 0x7f, 0xff]) {
        const bytes = Buffer.from(valid);
        bytes[at] = value;
        const client = fixture.open();
        client.send(bytes);
        client.socket.end();
      }
    }
    await eventually('all are gone', () => fixture.intake.counters.connections === 0);
    await (await fixture.connect('bin-1')).settle();
  });
});

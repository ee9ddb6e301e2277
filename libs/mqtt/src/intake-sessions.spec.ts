import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { Fault } from '@stadtfunk/kernel';
import { eventually, selfSignedCertificate } from '@stadtfunk/kernel/testing';
import { MemoryUplinkLog, UplinkIntake, type Schedule } from '@stadtfunk/uplinks';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { WebSocket } from 'ws';
import { connectPacket, IntakeFixture, publishPacket, upOf } from './mqtt-intake.fixture.ts';
import type { MqttIntakeOptions } from './options.ts';

let fixture: IntakeFixture;
const clients: MqttClient[] = [];
const start = async (options: Partial<MqttIntakeOptions> = {}) => (fixture = await new IntakeFixture(options).start());
afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
  await fixture.stop();
});

const downOf = (deviceId: string) => `stadtfunk/v1/${deviceId}/down`;

async function connect(deviceId: string, options: IClientOptions = {}, url?: string): Promise<MqttClient> {
  const client = await connectAsync(url ?? `mqtt://127.0.0.1:${fixture.ports.tcpPort}`, {
    username: deviceId,
    password: `secret-${deviceId}`,
    reconnectPeriod: 0,
    ...options,
  });
  client.on('error', () => undefined);
  clients.push(client);
  return client;
}

// The behaviours that the Eclipse Paho interoperability test looks at (client_test.py, MQTT 3.1.1), at a door where devices
// cannot exchange messages: there, offline queueing, redelivery and overlapping subscriptions have nothing to deliver.
describe('an ordinary MQTT client', () => {
  it('connects, publishes at every QoS, and disconnects (basic)', async () => {
    await start();
    const client = await connect('bin-1');
    for (const qos of [0, 1, 2] as const) await client.publishAsync(upOf('bin-1'), `qos ${qos}`, { qos });
    await eventually('all are there', () => fixture.sink.offered.length === 3);
    expect(fixture.sink.offered.map((uplink) => uplink.qos)).toEqual([0, 1, 2]);
    await client.endAsync();
    await eventually('it is gone', () => fixture.intake.counters.connections === 0);
    expect(fixture.refused).toEqual({});
  });

  it('gets nothing that was published with the retain flag (retained messages)', async () => {
    await start();
    fixture.register('echo', { uplinkTopic: downOf('echo') });
    const client = await connect('echo');
    await client.publishAsync(downOf('echo'), 'kept?', { qos: 1, retain: true });
    const received: string[] = [];
    client.on('message', (topic) => received.push(topic));
    await client.subscribeAsync(downOf('echo'), { qos: 1 });
    await client.publishAsync(downOf('echo'), 'live?', { qos: 1 });
    const raw = await fixture.connect('echo', { clientId: 'other' });
    raw.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: downOf('echo'), qos: 1 }] });
    await raw.next('suback');
    await raw.settle();
    expect(received).toEqual([]);
    expect(raw.received.map((packet) => packet.cmd)).toEqual(['connack', 'suback', 'pingresp']);
    expect(fixture.sink.texts()).toEqual(['kept?', 'live?']);
  });

  it('finds no session after a reconnect (offline queueing, redelivery)', async () => {
    await start();
    const options = { clean: false, clientId: 'kept' };
    const first = await connect('bin-1', options);
    await first.subscribeAsync(downOf('bin-1'), { qos: 1 });
    await first.endAsync();
    const again = await fixture.connect('bin-1', options);
    expect(again.received).toMatchObject([{ cmd: 'connack', sessionPresent: false }]);
  });

  it('may leave out the client id with a clean session (zero-length client id)', async () => {
    await start();
    await connect('bin-1', { clientId: '', clean: true });
    await expect(connect('bin-1', { clientId: '', clean: false })).rejects.toThrow();
  });

  it('has its will ignored, on its own topic too (will message)', async () => {
    await start();
    const will = { topic: upOf('bin-1'), payload: Buffer.from('gone'), qos: 1 as const, retain: true };
    const client = await fixture.connect('bin-1', { will });
    client.socket.destroy();
    await eventually('it is gone', () => fixture.intake.counters.connections === 0);
    await (await fixture.connect('bin-2')).settle();
    expect(fixture.sink.offered).toEqual([]);
    expect(fixture.refused).toEqual({ 'connect.willIgnored': 1 });
  });

  it('may subscribe to its own downlink topic and unsubscribe (unsubscribe)', async () => {
    await start();
    const client = await connect('bin-1');
    expect(await client.subscribeAsync(downOf('bin-1'), { qos: 1 })).toEqual([{ topic: downOf('bin-1'), qos: 1 }]);
    await client.unsubscribeAsync(downOf('bin-1'));
    await client.publishAsync(upOf('bin-1'), 'still here', { qos: 1 });
  });

  it('is refused any other subscription, each by itself (subscribe failure, overlapping subscriptions, $ topics)', async () => {
    await start();
    const client = await fixture.connect('bin-1');
    const foreign = [
      '#',
      '+/+/+/+',
      'stadtfunk/v1/+/down',
      'stadtfunk/v1/bin-1/#',
      downOf('bin-2'),
      upOf('bin-1'),
      `$share/group/${downOf('bin-1')}`,
      '$SYS/#',
      `/${downOf('bin-1')}`,
    ];
    const subscriptions = [...foreign, downOf('bin-1')].map((topic) => ({ topic, qos: 1 as const }));
    client.send({ cmd: 'subscribe', messageId: 1, subscriptions });
    expect((await client.next('suback')).granted).toEqual([...foreign.map(() => 0x80), 1]);
    expect(fixture.refused).toEqual({ 'subscribe.foreignTopic': foreign.length });
  });

  it.each([upOf('bin-2'), downOf('bin-1'), `${upOf('bin-1')}/`, `/${upOf('bin-1')}`, '$SYS/x', 'a/'.repeat(101)])(
    'is closed without an acknowledgement when it publishes to %s',
    async (topic) => {
      await start();
      const client = await fixture.connect('bin-1');
      client.send(publishPacket('bin-1', 'x', { topic }));
      await client.closed();
      expect(client.acknowledged()).toEqual([]);
      expect(fixture.sink.offered).toEqual([]);
      const code = topic.length > 200 ? 'connection.protocol' : 'publish.foreignTopic';
      expect(fixture.refused).toEqual({ [code]: 1 });
    },
  );

  it('is closed when it is silent for longer than 1.5 times its keepalive (keepalive)', async () => {
    await start();
    const silent = await fixture.connect('bin-1', { keepalive: 1 });
    await silent.closed();
    expect(fixture.refused).toEqual({ 'connection.keepaliveTimeout': 1 });
  });

  it('is kept by its pings while the log is slow, and acknowledged afterwards', async () => {
    await start();
    fixture.sink.isHeld = true;
    const client = await fixture.connect('bin-1', { keepalive: 1 });
    client.send(publishPacket('bin-1', 'x', { messageId: 3 }));
    const since = performance.now();
    await eventually(
      '1.5 keepalive times',
      async () => {
        await client.settle();
        return performance.now() - since > 1_600;
      },
      { everyMs: 400 },
    );
    fixture.sink.release();
    expect((await client.next('puback')).messageId).toBe(3);
  });
});

describe('other transports', () => {
  it('carry the same over WebSocket', async () => {
    await start({ webSocketPort: 0 });
    const url = `ws://127.0.0.1:${fixture.ports.webSocketPort}/mqtt`;
    const client = await connect('bin-1', {}, url);
    const payload = Buffer.alloc(50_000, 7);
    for (let index = 0; index < 100; index++) void client.publish(upOf('bin-1'), `${index}`, { qos: 1 });
    await client.publishAsync(upOf('bin-1'), payload, { qos: 1 });
    expect(fixture.sink.offered).toHaveLength(101);
    expect(Buffer.compare(fixture.sink.offered[100]!.payload, payload)).toBe(0);
    await expect(connect('bin-1', { password: 'wrong' }, url)).rejects.toMatchObject({ code: 4 });
  });

  it('refuse WebSockets that do not speak MQTT', async () => {
    await start({ webSocketPort: 0, maxPacketBytes: 4_000, connectTimeoutMs: 400 });
    const url = `ws://127.0.0.1:${fixture.ports.webSocketPort}/`;
    const closed = (socket: WebSocket) =>
      new Promise<void>((resolve) => void socket.on('error', () => undefined).on('close', () => resolve()));
    await closed(new WebSocket(url));
    await closed(new WebSocket(url, 'chat'));
    const text = new WebSocket(url, 'mqtt').on('open', () => text.send('hello'));
    const large = new WebSocket(url, 'mqtt').on('open', () => large.send(Buffer.alloc(10_000)));
    const silent = new WebSocket(url, 'mqtt');
    await Promise.all([text, large, silent].map(closed));
    const plain = await new Promise<number | undefined>((resolve) => {
      request(url.replace('ws', 'http'), (response) => resolve(response.resume().statusCode)).end();
    });
    expect(plain).toBe(426);
    await eventually('all are gone', () => fixture.intake.counters.connections === 0);
    expect(fixture.refused).toMatchObject({
      'connection.subprotocol': 2,
      'connection.textFrame': 1,
      'connection.protocol': 1,
      'connection.connectTimeout': 1,
    });
    await (await fixture.connect('bin-1')).settle();
  });

  it('close a TCP connection to the WebSocket port that says nothing', async () => {
    await start({ webSocketPort: 0, connectTimeoutMs: 60 });
    const { webSocketPort } = fixture.ports;
    fixture.ports = { ...fixture.ports, tcpPort: webSocketPort };
    await fixture.open().closed();
    expect(fixture.refused).toEqual({ 'connection.connectTimeout': 1 });
  });

  it('carry the same over TLS, and survive what is no TLS', async () => {
    const { cert, key } = selfSignedCertificate();
    await start({ tls: { port: 0, cert, key } });
    const { tlsPort } = fixture.ports;
    const client = await connect('bin-1', { ca: cert }, `mqtts://127.0.0.1:${tlsPort}`);
    await client.publishAsync(upOf('bin-1'), 'sealed', { qos: 1 });
    expect(fixture.sink.texts()).toEqual(['sealed']);

    fixture.ports = { ...fixture.ports, tcpPort: tlsPort };
    const plain = fixture.open();
    plain.send(connectPacket('bin-1'));
    await plain.closed();
    expect(fixture.refused).toEqual({ 'connection.tls': 1 });
    await client.publishAsync(upOf('bin-1'), 'still sealed', { qos: 1 });
  });
});

describe('a certificate that is renewed', () => {
  it('is shown to who comes next, and one that does not fit its key is not', async () => {
    const [old, renewed] = [selfSignedCertificate(), selfSignedCertificate()];
    await start({ tls: { port: 0, ...old } });
    const url = `mqtts://127.0.0.1:${fixture.ports.tlsPort}`;
    const before = await connect('bin-1', { ca: old.cert }, url);
    fixture.intake.renewCertificate(renewed);
    await connect('bin-2', { ca: renewed.cert }, url);
    await expect(connect('bin-3', { ca: old.cert }, url)).rejects.toThrow('self-signed certificate');
    await before.publishAsync(upOf('bin-1'), 'still connected', { qos: 1 });

    expect(() => fixture.intake.renewCertificate({ cert: old.cert, key: renewed.key })).toThrow('key values mismatch');
    await connect('bin-4', { ca: renewed.cert }, url);
  });
});

describe('with the group commit and a log behind it', () => {
  const schedule: Schedule = (callback, ms) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  };
  const limits = { maxPending: 10_000, maxBatch: 500, appendTimeoutMs: 5_000, schedule };

  it('acknowledges what the log holds, in the order of each device', async () => {
    const log = new MemoryUplinkLog({ schedule, partitions: 3 });
    fixture = await new IntakeFixture({}, new UplinkIntake(log, limits)).start();
    const devices = ['bin-1', 'bin-2', 'bin-3', 'bin-4', 'bin-5'];
    const senders = await Promise.all(devices.map((deviceId) => connect(deviceId)));
    await Promise.all(
      senders.flatMap((client, at) =>
        Array.from({ length: 200 }, (_, index) => client.publishAsync(upOf(devices[at]!), `${index}`, { qos: 1 })),
      ),
    );
    const stored = await log.openCursor([0, 0, 0]).read(10_000, 0);
    for (const deviceId of devices) {
      const own = stored.filter((uplink) => uplink.deviceId === deviceId);
      expect(own.map((uplink) => Number(Buffer.from(uplink.payload)))).toEqual([...Array(200).keys()]);
    }
  });

  it.each([
    ['rejects', () => Promise.reject(new Fault('log.full', 'no space', true)), 'log.full'],
    ['rejects with something else', () => Promise.reject(new TypeError('a defect')), 'log.io'],
    ['hangs', () => new Promise<void>(() => undefined), 'log.timeout'],
  ])('closes the connection and lives when the append %s', async (_, append, code) => {
    const log = new MemoryUplinkLog({ schedule });
    const healthy = log.append.bind(log);
    log.append = append;
    const sink = new UplinkIntake(log, { ...limits, appendTimeoutMs: 40 });
    fixture = await new IntakeFixture({}, sink).start();
    const client = await fixture.connect('bin-1');
    client.send(publishPacket('bin-1', 'x'));
    await client.closed();
    expect(client.acknowledged()).toEqual([]);
    expect(fixture.refused).toEqual({ [code]: 1 });
    if (code === 'log.timeout') return;
    log.append = healthy;
    const next = await fixture.connect('bin-2');
    next.send(publishPacket('bin-2', 'y'));
    await next.next('puback');
  });
});

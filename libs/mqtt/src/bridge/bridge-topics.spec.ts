import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '@stadtfunk/kernel/testing';
import { BridgeFixture } from './bridge.fixture.ts';

let fixture: BridgeFixture;
const start = async (...settings: Parameters<BridgeFixture['start']>) =>
  (fixture = await new BridgeFixture().start(...settings));
afterEach(() => fixture.stop());

const filed = () => fixture.sink.offered.map(({ deviceId, payload }) => [deviceId, Buffer.from(payload).toString()]);

describe('a topic', () => {
  it('of an unknown device is acknowledged, counted, and filed under the id in it', async () => {
    await start();
    const bridge = await fixture.bridge();
    await fixture.publish(await fixture.client(), 'stranger', ['a']);
    await eventually('the ack', () => fixture.wire.acknowledged().length === 1);
    expect(filed()).toEqual([['stranger', 'a']]);
    expect(bridge.counters.refused).toEqual({ 'device.unknown': 1 });
    expect(fixture.logged('device.unknown')[0]).toMatchObject({ topic: 'stadtfunk/v1/stranger/up' });
  });

  it('with an impossible id is filed under itself, which is no device id', async () => {
    await start();
    const bridge = await fixture.bridge();
    const client = await fixture.client();
    await fixture.publish(client, '', ['empty']);
    await fixture.publish(client, 'kübel', ['umlaut']);
    await fixture.publish(client, 'x'.repeat(2_000), ['long']);
    await eventually('the acks', () => fixture.wire.acknowledged().length === 3);
    expect(filed()).toEqual([
      ['/stadtfunk/v1//up', 'empty'],
      ['/stadtfunk/v1/k?bel/up', 'umlaut'],
      [`/stadtfunk/v1/${'x'.repeat(114)}`, 'long'],
    ]);
    expect(fixture.sink.offered.map(({ topic }) => topic.length)).toEqual([16, 21, 1_024]);
    expect(bridge.counters.refused).toEqual({ 'topic.impossibleId': 3 });
  });

  it('of a device that may not send is filed under it, and counted', async () => {
    await start();
    const bridge = await fixture.bridge();
    fixture.register('bin-1', { lifecycle: 'retired' });
    await fixture.publish(await fixture.client(), 'bin-1', ['a']);
    await eventually('the ack', () => fixture.wire.acknowledged().length === 1);
    expect(filed()).toEqual([['bin-1', 'a']]);
    expect(bridge.counters.refused).toEqual({ 'device.retired': 1 });
  });

  it('that an earlier configuration subscribed to is acknowledged and counted', async () => {
    await start();
    await (await fixture.bridge({ uplinkTopics: ['old/{deviceId}'] })).stop();
    const bridge = await fixture.bridge();
    await (await fixture.client()).publishAsync('old/bin-1', 'a', { qos: 1 });
    await eventually('the ack', () => fixture.wire.acknowledged().length === 1);
    expect(filed()).toEqual([]);
    expect(bridge.counters.refused).toEqual({ 'topic.unmatched': 1 });
  });

  it('may follow other templates, which divide a fleet', async () => {
    await start();
    const [north, south] = [{ uplinkTopics: ['v/north/{deviceId}/up'] }, { uplinkTopics: ['v/south/{deviceId}/+/#'] }];
    await fixture.bridge({ ...north, clientId: 'north' });
    const other = await fixture.bridge({ ...south, clientId: 'south' });
    const client = await fixture.client();
    await client.publishAsync('v/north/bin-1/up', 'n', { qos: 1 });
    await client.publishAsync('v/south/bin-2/any/thing/else', 's', { qos: 1 });
    await eventually('both', () => fixture.sink.offered.length === 2);
    expect(filed()).toContainEqual(['bin-1', 'n']);
    expect(filed()).toContainEqual(['bin-2', 's']);
    expect(other.counters.uplinksAccepted).toBe(1);
  });
});

describe('a device with a topic of its own', () => {
  it('is subscribed to, followed when it moves, and left when it is gone', async () => {
    await start();
    fixture.register('meter', { uplinkTopic: 'NB/{deviceId}/data' });
    const bridge = await fixture.bridge();
    const client = await fixture.client();
    await client.publishAsync('NB/meter/data', 'a', { qos: 1 });
    await eventually('the first', () => fixture.sink.offered.length === 1);

    fixture.register('meter', { uplinkTopic: 'NB/moved' });
    fixture.register('lamp', { uplinkTopic: 'lamp-7' });
    await eventually('the change', () => fixture.wire.count('suback', fixture.wire.fromBroker) === 2);
    await client.publishAsync('NB/meter/data', 'nobody listens', { qos: 1 });
    await client.publishAsync('NB/moved', 'b', { qos: 1 });
    await client.publishAsync('lamp-7', 'c', { qos: 1 });
    await eventually('the others', () => fixture.sink.offered.length === 3);
    expect(filed()).toEqual([
      ['meter', 'a'],
      ['meter', 'b'],
      ['lamp', 'c'],
    ]);
    expect(bridge.counters.refused).toEqual({});
  });

  it('is found below a filter', async () => {
    await start();
    const bridge = await fixture.bridge({ ownTopicFilters: ['NB/#'] });
    fixture.register('meter', { uplinkTopic: 'NB/0815' });
    const client = await fixture.client();
    await client.publishAsync('NB/0815', 'a', { qos: 1 });
    await client.publishAsync('NB/4711', 'whose?', { qos: 1 });
    await eventually('both acks', () => fixture.wire.acknowledged().length === 2);
    expect(filed()).toEqual([['meter', 'a']]);
    expect(bridge.counters.refused).toEqual({ 'topic.unmatched': 1 });
    expect(fixture.wire.count('subscribe')).toBe(1);
  });

  it('shares it with another: then nobody knows whose uplink it is, and it is kept for people to see', async () => {
    await start();
    for (const deviceId of ['one', 'two']) fixture.register(deviceId, { uplinkTopic: 'sensor/up' });
    const bridge = await fixture.bridge();
    await (await fixture.client()).publishAsync('sensor/up', 'a', { qos: 1 });
    await eventually('the ack', () => fixture.wire.acknowledged().length === 1);
    expect(filed()).toEqual([['/sensor/up', 'a']]);
    expect(bridge.counters.refused).toEqual({ 'topic.ambiguous': 1 });
  });
});

describe('a payload', () => {
  it('above the limit is passed over and acknowledged, however it is cut, and what follows arrives in order', async () => {
    await start();
    const bridge = await fixture.bridge({ maxPacketBytes: 1_000 });
    const client = await fixture.client();
    const sizes = [10, 900, 970, 1_000, 5_000, 3, 70_000, 2_000_000, 0, 20];
    await Promise.all(
      sizes.map((size, index) =>
        client.publishAsync('stadtfunk/v1/bin-1/up', Buffer.alloc(size, index), { qos: index === 6 ? 0 : 1 }),
      ),
    );
    await eventually('all acks', () => fixture.wire.acknowledged().length === sizes.length - 1);
    expect(fixture.sink.offered.map(({ payload }) => payload.length)).toEqual([10, 900, 970, 3, 0, 20]);
    expect(bridge.counters.refused).toEqual({ 'publish.oversized': 4 });
    expect(fixture.logged('publish.oversized')[0]).toMatchObject({ topic: 'stadtfunk/v1/bin-1/up', bytes: 1_028 });
    expect(fixture.wire.connections).toBe(1);
  });

  it('that the broker had retained arrives like any other', async () => {
    await start();
    await (await fixture.client()).publishAsync('stadtfunk/v1/bin-1/up', 'kept', { qos: 1, retain: true });
    const bridge = await fixture.bridge();
    await eventually('the ack', () => fixture.wire.acknowledged().length === 1);
    expect(filed()).toEqual([['bin-1', 'kept']]);
    expect(bridge.counters.retained).toBe(1);
  });
});

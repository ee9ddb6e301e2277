import { afterEach, describe, expect, it } from 'vitest';
import { Fault } from '@stadtfunk/kernel';
import { eventually } from '@stadtfunk/kernel/testing';
import { bytesOf, connectPacket, IntakeFixture, publishPacket, type ConnectFields } from './mqtt-intake.fixture.ts';
import type { MqttIntakeOptions } from './options.ts';

let fixture: IntakeFixture;
const start = async (options: Partial<MqttIntakeOptions> = {}) => (fixture = await new IntakeFixture(options).start());
afterEach(() => fixture.stop());

/** The return code, and that the connection was closed if it is not 0. */
async function returnCode(deviceId: string, fields: ConnectFields = {}): Promise<number | undefined> {
  const client = fixture.open();
  client.send(connectPacket(deviceId, fields));
  const { returnCode } = await client.next('connack');
  if (returnCode !== 0) await client.closed();
  return returnCode;
}

const CLEAN_SESSION = 0b10;
const wrong: ConnectFields = { password: Buffer.from('wrong') };

describe('CONNECT', () => {
  it('is accepted with the password of the device, whatever the client id', async () => {
    await start();
    for (const clientId of ['', 'bin-1', '__proto__', 'x'.repeat(500)])
      expect(await returnCode('bin-1', { clientId })).toBe(0);
    expect(fixture.intake.counters.connectedDevices).toBeGreaterThan(0);
  });

  it('is refused with 4 for a wrong password and for an unknown device, after the same work', async () => {
    await start();
    expect(await returnCode('bin-1', wrong)).toBe(4);
    expect(fixture.passwords.verified).toBe(1);
    expect(await returnCode('nobody')).toBe(4);
    expect(fixture.passwords.verified).toBe(2);
    expect(fixture.refused).toEqual({ 'connect.badCredentials': 2 });
    expect(fixture.intake.counters.authenticationsFailed).toBe(2);
  });

  it('is refused with 4 without user name or password, or with an id that would reach into topics', async () => {
    await start();
    const bare = fixture.open();
    bare.send(
      bytesOf({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 0, clientId: 'a' }),
    );
    expect((await bare.next('connack')).returnCode).toBe(4);
    for (const username of ['bin/1', '+', '#', 'bin 1', 'bin-1\u0000', 'tönne']) {
      expect(await returnCode('bin-1', { username })).toBe(4);
    }
    expect(fixture.passwords.verified).toBe(0);
  });

  it('is refused with 5 for a planned or retired device, but only with its right password', async () => {
    await start();
    fixture.register('old', { lifecycle: 'retired' });
    fixture.register('new', { lifecycle: 'planned' });
    fixture.register('shop', { lifecycle: 'maintenance' });
    expect(await returnCode('old')).toBe(5);
    expect(await returnCode('new')).toBe(5);
    expect(await returnCode('old', wrong)).toBe(4);
    expect(await returnCode('shop')).toBe(0);
  });

  it('is refused with 2 without a client id but with a session to keep', async () => {
    await start();
    const nameless = bytesOf(connectPacket('bin-1', { clientId: '' }));
    // The connect flags follow the fixed header, the protocol name and its level. mqtt-packet itself refuses to write this.
    nameless[9] = (nameless[9] ?? 0) & ~CLEAN_SESSION;
    const client = fixture.open();
    client.send(nameless);
    expect((await client.next('connack')).returnCode).toBe(2);
    await client.closed();
    expect(await returnCode('bin-1', { clientId: 'x', clean: false })).toBe(0);
    expect(fixture.refused).toEqual({ 'connect.noClientId': 1 });
  });

  it('is refused with 1 for MQTT 5', async () => {
    await start();
    expect(await returnCode('bin-1', { protocolVersion: 5 })).toBe(1);
    expect(fixture.refused).toEqual({ 'connect.version': 1 });
    expect(await returnCode('bin-1', { protocolVersion: 3, protocolId: 'MQIsdp' })).toBe(0);
  });

  it('is answered with 3 while the directory does not know a device that is registered already', async () => {
    await start();
    fixture.directory.remove('bin-1');
    expect(await returnCode('bin-1')).toBe(3);
  });

  it('ends the older connection of the same device and client id, and never another device', async () => {
    await start();
    const other = await fixture.connect('bin-2', { clientId: 'same' });
    const first = await fixture.connect('bin-1', { clientId: 'same' });
    const second = await fixture.connect('bin-1', { clientId: 'same' });
    await first.closed();
    await second.settle();
    await other.settle();
  });

  it('comes first and once: anything else closes the connection', async () => {
    await start();
    for (const bytes of [
      bytesOf(publishPacket('bin-1', 'x')),
      bytesOf({ cmd: 'pingreq' }),
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    ]) {
      const client = fixture.open();
      client.send(bytes);
      await client.closed();
      expect(client.received).toEqual([]);
    }
    expect(fixture.refused).toEqual({ 'packet.notConnect': 3 });
    const twice = await fixture.connect('bin-1');
    twice.send(connectPacket('bin-1'));
    await twice.closed();
  });

  it('keeps no session, so that devices cannot fill the memory with state', async () => {
    await start();
    for (const round of [1, 2]) {
      const client = fixture.open();
      client.send(connectPacket('bin-1', { clean: false }));
      expect((await client.next('connack')).sessionPresent, `round ${round}`).toBe(false);
      client.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'stadtfunk/v1/bin-1/down', qos: 1 }] });
      expect((await client.next('suback')).granted).toEqual([1]);
      client.socket.destroy();
    }
  });
});

describe('verified passwords', () => {
  it('are verified once, until the stored hash changes', async () => {
    await start();
    for (let round = 0; round < 5; round++) expect(await returnCode('bin-1')).toBe(0);
    expect(fixture.passwords.verified).toBe(1);
    expect(fixture.intake.counters).toMatchObject({ authenticated: 1, authenticatedFromMemory: 4 });

    fixture.hashes.set('bin-1', 'hash:changed');
    expect(await returnCode('bin-1')).toBe(4);
    expect(await returnCode('bin-1', { password: Buffer.from('changed') })).toBe(0);
    expect(fixture.passwords.verified).toBe(3);
    expect(await returnCode('bin-1')).toBe(4);
  });

  it('do not make a wrong one right', async () => {
    await start();
    expect(await returnCode('bin-1')).toBe(0);
    expect(await returnCode('bin-1', wrong)).toBe(4);
    expect(await returnCode('bin-2', { password: Buffer.from('secret-bin-1') })).toBe(4);
  });

  it('let devices in while the records are away; others are told to come back', async () => {
    await start();
    expect(await returnCode('bin-1')).toBe(0);
    fixture.credentials = () => Promise.reject(new Fault('records.unavailable', 'no connection', true));
    expect(await returnCode('bin-1')).toBe(0);
    expect(await returnCode('bin-1', wrong)).toBe(3);
    expect(await returnCode('bin-2')).toBe(3);
    expect(fixture.refused).toEqual({ 'connect.unavailable': 2 });
  });

  it('are forgotten least recently used first', async () => {
    await start({ rememberedVerified: 2 });
    for (const deviceId of ['bin-1', 'bin-2', 'bin-1', 'bin-3']) await returnCode(deviceId);
    expect(fixture.passwords.verified).toBe(3);
    await returnCode('bin-1');
    expect(fixture.passwords.verified).toBe(3);
    await returnCode('bin-2');
    expect(fixture.passwords.verified).toBe(4);
  });
});

describe('wrong passwords', () => {
  it('are remembered for a while', async () => {
    await start({ rejectedForMs: 10_000 });
    for (let round = 0; round < 3; round++) expect(await returnCode('bin-1', wrong)).toBe(4);
    expect(fixture.passwords.verified).toBe(1);
    fixture.clock.advance(10_000);
    expect(await returnCode('bin-1', wrong)).toBe(4);
    expect(fixture.passwords.verified).toBe(2);
  });

  it('are verified one at a time; beyond the queue devices are told to come back', async () => {
    await start({ maxVerifying: 1, maxWaitingToVerify: 2 });
    fixture.passwords.isHeld = true;
    const clients = ['bin-1', 'bin-2', 'bin-3', 'bin-4'].map((deviceId) => {
      const client = fixture.open();
      client.send(connectPacket(deviceId));
      return client;
    });
    await eventually('the fourth is refused', () => fixture.refused['connect.busy'] === 1);
    expect(fixture.intake.counters.verifications).toBe(3);
    fixture.passwords.release();
    const codes = await Promise.all(clients.map(async (client) => (await client.next('connack')).returnCode));
    expect(codes.sort()).toEqual([0, 0, 0, 3]);
    expect(fixture.passwords.mostRunning).toBe(1);
  });

  it('are not verified for a connection that has been reset meanwhile', async () => {
    await start();
    fixture.passwords.isHeld = true;
    const first = fixture.open();
    first.send(connectPacket('bin-1'));
    await eventually('the first one runs', () => fixture.passwords.running === 1);
    const second = fixture.open();
    second.send(connectPacket('bin-2'));
    await eventually('the second one waits', () => fixture.intake.counters.verifications === 2);
    second.socket.resetAndDestroy();
    await eventually('the reset is known', () => fixture.intake.counters.connections === 1);
    fixture.passwords.release();
    await first.next('connack');
    expect(fixture.passwords.verified).toBe(1);
  });

  it('that cannot be checked close the connection after the deadline', async () => {
    await start({ authenticationTimeoutMs: 50 });
    fixture.credentials = () => new Promise(() => undefined);
    const client = fixture.open();
    client.send(connectPacket('bin-1'));
    await client.closed();
    expect(fixture.refused).toEqual({ 'connect.timeout': 1 });
  });
});

describe('a device that is retired while it is connected', () => {
  it('loses its connection with its next uplink', async () => {
    await start();
    const client = await fixture.connect('bin-1');
    fixture.register('bin-1', { lifecycle: 'retired' });
    client.send(publishPacket('bin-1', 'x'));
    await client.closed();
    expect(fixture.sink.offered).toEqual([]);
    expect(fixture.refused).toEqual({ 'device.retired': 1 });
  });
});

describe('the log', () => {
  it('never shows a password', async () => {
    await start();
    await returnCode('bin-1', { password: Buffer.from('hunter2') });
    await returnCode('bin-1');
    fixture.hashes.set('bin-2', 'not a hash');
    await returnCode('bin-2');
    expect(fixture.lines.length).toBeGreaterThan(0);
    expect(JSON.stringify(fixture.lines)).not.toMatch(/hunter2|secret|not a hash/);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '@stadtfunk/kernel/testing';
import { connectPacket, IntakeFixture, type RawClient } from './mqtt-intake.fixture.ts';
import type { MqttIntakeOptions } from './options.ts';

const STRANGER = '127.0.0.2';
const CITY = '127.0.0.3';

let fixture: IntakeFixture;
const start = async (options: Partial<MqttIntakeOptions> = {}) => (fixture = await new IntakeFixture(options).start());
afterEach(() => fixture.stop());

const guess = (number: number): RawClient =>
  fixture.open(STRANGER).send(connectPacket(`guess-${number}`, { password: Buffer.from(`guess-${number}`) }));
const device = (number: number): RawClient => fixture.open(CITY).send(connectPacket(`bin-${number}`));
const answerOf = async (client: RawClient) => (await client.next('connack')).returnCode;

describe('an address that connects faster than connections are let in', () => {
  it('waits for itself, and keeps nobody else waiting', async () => {
    await start({ connectionsPerSecond: 50, connectionBurst: 1 });
    const flood = Array.from({ length: 150 }, () => fixture.open(STRANGER));
    await eventually('it is at the door', () => fixture.intake.counters.connections === flood.length);
    expect(await answerOf(device(1))).toBe(0);
    expect(fixture.intake.counters.waiting).toBeGreaterThan(flood.length / 2);
    expect(fixture.refused).toEqual({});
  });

  it('is let in as a whole, as is right for a fleet behind the address of its carrier', async () => {
    await start({ connectionsPerSecond: 1_000, connectionBurst: 10 });
    const fleet = Array.from({ length: 400 }, (_, index) =>
      fixture.open(CITY).send(connectPacket(`bin-${(index % 5) + 1}`, { clientId: `client-${index}` })),
    );
    for (const client of fleet) expect(await answerOf(client)).toBe(0);
    expect(fixture.refused).toEqual({});
  });
});

describe('an address that takes all places without saying who it is', () => {
  it.each([
    ['of those who have not authenticated', { maxUnauthenticated: 5 }, 'connection.tooManyUnauthenticated'],
    ['that there are', { maxConnections: 5 }, 'connection.tooMany'],
  ])('%s loses one to whoever comes from elsewhere, and gets none more itself', async (_, options, code) => {
    await start(options);
    const silent = Array.from({ length: 5 }, () => fixture.open(STRANGER));
    await eventually('all places are taken', () => fixture.intake.counters.unauthenticated === 5);
    await fixture.open(STRANGER).closed();
    expect(fixture.refused).toEqual({ [code]: 1 });
    expect(await answerOf(device(1))).toBe(0);
    expect(fixture.refused).toEqual({ [code]: 1, 'connection.displaced': 1 });
    expect(silent.filter(({ isClosed }) => isClosed)).toHaveLength(1);
    expect(fixture.intake.counters.unauthenticated).toBe(4);
  });
});

describe('an address that sends wrong passwords', () => {
  it('leaves others their turn, and their place in the queue', async () => {
    await start({ maxWaitingToVerify: 6 });
    fixture.passwords.isHeld = true;
    const guesses = Array.from({ length: 7 }, (_, index) => guess(index));
    await eventually('the queue is full', () => fixture.intake.counters.verifications === 7);
    expect(await answerOf(guess(7))).toBe(3);
    const devices = [1, 2, 3].map(device);
    await eventually('three gave way', () => fixture.refused['connect.busy'] === 4);
    expect(fixture.intake.counters.verifications).toBe(7);
    fixture.passwords.release();
    expect(await Promise.all(devices.map(answerOf))).toEqual([0, 0, 0]);
    expect(fixture.passwords.order.slice(0, 7).filter((password) => password.startsWith('secret'))).toHaveLength(3);
    expect((await Promise.all(guesses.map(answerOf))).filter((code) => code === 3)).toHaveLength(3);
  });

  it('comes after others once it is known for it', async () => {
    await start();
    for (let number = 0; number < 10; number++) expect(await answerOf(guess(number))).toBe(4);
    fixture.passwords.isHeld = true;
    const guesses = Array.from({ length: 9 }, (_, index) => guess(100 + index));
    await eventually('they wait', () => fixture.intake.counters.verifications === 9);
    const devices = [1, 2, 3, 4, 5].map(device);
    await eventually('so do the devices', () => fixture.intake.counters.verifications === 14);
    fixture.passwords.release();
    expect(await Promise.all(devices.map(answerOf))).toEqual([0, 0, 0, 0, 0]);
    await Promise.all(guesses.map(answerOf));
    // The ten, the one that was running, and one in four.
    const { order } = fixture.passwords;
    const before = order.slice(
      0,
      order.findLastIndex((password) => password.startsWith('secret')),
    );
    expect(before.filter((password) => password.startsWith('guess')).length).toBeLessThanOrEqual(10 + 1 + 2);
  });

  it('keeps nobody from the records whose password is known', async () => {
    await start();
    expect(await answerOf(device(1))).toBe(0);
    const credentials = fixture.credentials;
    let asked = 0;
    fixture.credentials = (deviceId) => {
      if (!deviceId.startsWith('guess')) return credentials(deviceId);
      asked += 1;
      return new Promise(() => undefined);
    };
    for (let number = 0; number < 20; number++) guess(number);
    await eventually('as many ask as may', () => asked === 8);
    expect(await answerOf(device(1))).toBe(0);
    expect(asked).toBe(8);
  });

  it('frees the records again when they have not answered in time', async () => {
    await start({ authenticationTimeoutMs: 100 });
    const credentials = fixture.credentials;
    fixture.credentials = (deviceId) =>
      deviceId.startsWith('guess') ? new Promise(() => undefined) : credentials(deviceId);
    for (let number = 0; number < 8; number++) guess(number);
    await eventually('they are given up', () => fixture.refused['connect.timeout'] === 8);
    expect(await answerOf(device(1))).toBe(0);
  });
});

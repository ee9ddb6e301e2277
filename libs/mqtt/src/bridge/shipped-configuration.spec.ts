import { readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { eventually } from '@stadtfunk/kernel/testing';
import { BridgeFixture, hashedPasswords } from './bridge.fixture.ts';

const shipped = (name: string) => readFileSync(new URL(`../../../../infra/mosquitto/${name}`, import.meta.url), 'utf8');

let fixture: BridgeFixture;
afterEach(() => fixture.stop());

/** The shipped settings, except for where the server listens and keeps its files. */
function startShipped() {
  const lines = shipped('mosquitto.conf')
    .split('\n')
    .filter((line) => /^\w/.test(line));
  const settings = Object.fromEntries(lines.map((line) => [line.split(' ')[0]!, line.slice(line.indexOf(' ') + 1)]));
  const { listener: _, persistence_location: __, ...rest } = settings;
  const files = { acl_file: '{folder}/acl', password_file: '{folder}/passwords' };
  const passwords = hashedPasswords({ bridge: 'secret-bridge', 'bin-1': 'secret-1', 'bin-2': 'secret-2' });
  return new BridgeFixture().start({ ...rest, ...files }, { acl: shipped('acl'), passwords });
}

it('the shipped mosquitto.conf and acl let devices write their own topic only, and keep all of it for the bridge', async () => {
  fixture = await startShipped();
  const credentials = { username: 'bridge', password: 'secret-bridge' };
  await (await fixture.bridge(credentials)).stop();
  const device = () => fixture.client({ username: 'bin-1', password: 'secret-1' });
  const texts = Array.from({ length: 3_000 }, (_, index) => String(index));
  await fixture.publish(await device(), 'bin-2', ['forged']);
  await fixture.publish(await device(), 'bin-1', texts);
  await fixture.mosquitto.restart();
  await fixture.bridge(credentials);
  await eventually('all', () => fixture.sink.offered.length >= 3_000);
  expect(fixture.textsOf('bin-1')).toEqual(texts);
  expect(fixture.textsOf('bin-2')).toEqual([]);
  await expect(fixture.client({ username: 'bin-1', password: 'wrong' })).rejects.toThrow(/[Nn]ot authorized/);
  await expect(fixture.client()).rejects.toThrow(/[Nn]ot authorized/);
});

it('the shipped mosquitto.conf closes on packets that the bridge would leave out', async () => {
  fixture = await startShipped();
  const client = await fixture.client({ username: 'bin-1', password: 'secret-1' });
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  client.publish('stadtfunk/v1/bin-1/up', Buffer.alloc(70_000), { qos: 1 });
  await closed;
});

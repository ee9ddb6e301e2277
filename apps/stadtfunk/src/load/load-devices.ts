import { readFile, rename, writeFile } from 'node:fs/promises';
import type { KnownCredentials, LoadDevice } from '@stadtfunk/device-simulator';
import { messageOf } from '@stadtfunk/kernel';
import { settings, UserError } from '@stadtfunk/platform';
import { askApi } from '../api-client.ts';

const AT_ONCE = 4;

const deviceIdOf = (number: number) => `load-${String(number).padStart(6, '0')}`;

/** Devices that need no registration: `load-000001` and so on, all with the login of the environment, if there is one. */
export function unregisteredDevices(count: number, template: string): LoadDevice[] {
  const { MQTT_USERNAME, MQTT_PASSWORD } = process.env;
  return Array.from({ length: count }, (_, index) => {
    const deviceId = deviceIdOf(index + 1);
    const login = { username: MQTT_USERNAME ?? null, password: MQTT_PASSWORD ?? null };
    return { clientId: deviceId, ...login, topic: template.replaceAll('{deviceId}', deviceId) };
  });
}

/** The devices of a file as `simulate` and `load --register` keep it: `{ deviceId: { username, password, topic } }`. */
export async function devicesOf(file: string, count: number | undefined): Promise<LoadDevice[]> {
  const known = await readCredentials(file);
  const devices = Object.values(known).map(({ username, password, topic }) => ({
    clientId: username,
    username,
    password,
    topic,
  }));
  if (count !== undefined && devices.length < count) {
    throw new UserError(`${file} has ${devices.length} devices, ${count} are wanted: load --register makes the rest`);
  }
  return devices.slice(0, count);
}

/** Registers devices with the running platform that the file does not have yet, and keeps their passwords in it. */
export async function registerDevices(file: string, count: number, say: (line: string) => void): Promise<void> {
  const known: KnownCredentials = await readCredentials(file).catch((thrown: unknown) => {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return {};
    throw thrown;
  });
  const config = settings();
  const missing = Array.from({ length: count }, (_, index) => deviceIdOf(index + 1)).filter(
    (deviceId) => !known[deviceId],
  );
  let done = 0;
  const next = missing[Symbol.iterator]();
  const work = async () => {
    for (const deviceId of next) {
      const path = `/api/v1/devices/${deviceId}/password`;
      const made = askApi(config, 'POST', '/api/v1/devices', { deviceId, model: 'stadtfunk-json' });
      // One of an earlier run: its password is in no file any more.
      const credentials = await made.catch((thrown: unknown) => {
        if (messageOf(thrown).startsWith('409')) return askApi(config, 'POST', path, {});
        throw thrown;
      });
      known[deviceId] = credentials as KnownCredentials[string];
      if (++done % 500 === 0) say(`${done} of ${missing.length} devices registered`);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    await writeFile(`${file}.new`, JSON.stringify(known), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
}

export async function readCredentials(file: string): Promise<KnownCredentials> {
  const text = await readFile(file, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    throw Object.assign(new UserError(`cannot read ${file}: ${thrown.code}`, 2), { code: thrown.code });
  });
  try {
    const known: unknown = JSON.parse(text);
    const isSound = (entry: unknown) =>
      typeof entry === 'object' &&
      entry !== null &&
      ['username', 'password', 'topic'].every(
        (key) => key in entry && typeof (entry as Record<string, unknown>)[key] === 'string',
      );
    if (typeof known === 'object' && known !== null && Object.values(known).every(isSound))
      return known as KnownCredentials;
  } catch {
    // Said below, without what stands in it: there are passwords.
  }
  throw new UserError(`${file} is no file of credentials: { "deviceId": { "username", "password", "topic" } }`, 2);
}

import type { KnownCredentials, Publishers } from '@stadtfunk/device-simulator';
import { settings } from '@stadtfunk/platform';
import { readCredentials } from '../load/load-devices.ts';

/** As whom uplinks are published: by the devices' own logins, or by one that may publish for all. */
export async function publishersOf(options: {
  readonly credentials?: string;
  readonly topic?: string;
}): Promise<Publishers> {
  const { credentials, topic } = options;
  if (credentials !== undefined) return publishersOfKnown(await readCredentials(credentials));
  const template = topic ?? settings().MQTT_UPLINK_TOPIC;
  const { MQTT_USERNAME: username = null, MQTT_PASSWORD: password = null } = process.env;
  const login = { clientId: `stadtfunk-replay-${process.pid}`, username, password };
  return (deviceId) => ({ ...login, topic: template.replaceAll('{deviceId}', () => deviceId) });
}

/** By the devices' own logins. */
export function publishersOfKnown(credentials: KnownCredentials): Publishers {
  const known = new Map(Object.entries(credentials));
  return (deviceId) => {
    const own = known.get(deviceId);
    return own && { clientId: own.username, username: own.username, password: own.password, topic: own.topic };
  };
}

import type { Device } from '@stadtfunk/devices';

/** Visible ASCII without what has a meaning in topics: such an id cannot reach into another device's topic. */
const DEVICE_ID = /^(?:(?![/+#])[\x21-\x7e]){1,128}$/;

export function isDeviceId(text: string): boolean {
  return DEVICE_ID.test(text);
}

/** The topic of a template such as `stadtfunk/v1/{deviceId}/up`. */
export function topicOf(template: string, deviceId: string): string {
  return template.replaceAll('{deviceId}', () => deviceId);
}

/** Where a device publishes: its own topic if its firmware dictates one, else the template's. */
export function uplinkTopicOf(device: Device, template: string): string {
  return topicOf(device.uplinkTopic ?? template, device.deviceId);
}

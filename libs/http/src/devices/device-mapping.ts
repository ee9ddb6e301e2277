import type { DeviceModel } from '@stadtfunk/device-catalog';
import type { Device, RegisteredDevice } from '@stadtfunk/devices';
import type { z } from 'zod';
import { isoDuration, isoOf, isoOrNull } from '../schemas.ts';
import type { changeDevice, newDevice } from './device.schema.ts';

export function toDevice(input: z.output<typeof newDevice>): Device {
  const { deviceId, model, lifecycle, imei, iccid, uplinkTopic, reportingInterval } = input;
  return { deviceId, model, lifecycle, imei, iccid, uplinkTopic, reportingIntervalMs: reportingInterval };
}

/** Without what only the registry knows. */
export function toChangedDevice(device: RegisteredDevice, change: z.output<(typeof changeDevice)['body']>): Device {
  const kept = plain(device);
  const { reportingInterval = kept.reportingIntervalMs, ...changed } = change;
  return { ...kept, ...changed, reportingIntervalMs: reportingInterval };
}

/** The same of any device. */
export function plain({ deviceId, model, lifecycle, imei, iccid, uplinkTopic, reportingIntervalMs }: Device): Device {
  return { deviceId, model, lifecycle, imei, iccid, uplinkTopic, reportingIntervalMs };
}

type Publisher = Pick<Device, 'deviceId' | 'uplinkTopic'>;

/** Where the device publishes: as the installation's template says, unless its firmware dictates another topic. */
export function topicOf({ deviceId, uplinkTopic }: Publisher, template: string): string {
  return (uplinkTopic ?? template).replaceAll('{deviceId}', () => deviceId);
}

export function toCredentials(device: Publisher, password: string, template: string) {
  return { deviceId: device.deviceId, username: device.deviceId, password, topic: topicOf(device, template) };
}

/** @param template the topic template of the intake */
export function toDeviceBody(device: RegisteredDevice, template: string) {
  const { deviceId, model, lifecycle, assetId, imei, iccid, uplinkTopic, reportingIntervalMs } = device;
  return {
    deviceId,
    model,
    lifecycle,
    assetId,
    imei,
    iccid,
    topic: topicOf(device, template),
    uplinkTopic,
    reportingInterval: reportingIntervalMs === null ? null : isoDuration(reportingIntervalMs),
    version: device.version,
    lastContactAt: isoOrNull(device.lastContactAt),
    createdAt: isoOf(device.createdAt),
  };
}

export function toModelBody({
  id,
  vendor,
  name,
  format,
  assetTypes,
  measures,
  reportingIntervalMs,
  source,
}: DeviceModel) {
  const reportingInterval = isoDuration(reportingIntervalMs);
  return {
    id,
    vendor,
    name,
    format: format.name,
    assetTypes: [...assetTypes],
    measures: [...measures],
    reportingInterval,
    source,
  };
}

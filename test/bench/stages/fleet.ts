import { MemoryDeviceDirectory } from '@stadtfunk/devices';
import type { Uplink } from '@stadtfunk/uplinks';
import { HANAU } from '../../platform/device.ts';

/** All devices together send at this rate, uplinks a second. It only spaces the times in the uplinks. */
const RATE = 50_000;
const text = new TextEncoder();

export const deviceIdOf = (device: number): string => `nb-${device}`;

/** Devices that sit on waste containers. */
export function fleetDirectory(devices: number): MemoryDeviceDirectory {
  const directory = new MemoryDeviceDirectory();
  for (let device = 0; device < devices; device++) {
    directory.put({
      device: {
        deviceId: deviceIdOf(device),
        model: 'stadtfunk-json',
        lifecycle: 'active',
        imei: null,
        iccid: null,
        uplinkTopic: null,
        reportingIntervalMs: null,
      },
      asset: {
        assetId: `bin-${device}`,
        type: 'WasteContainer',
        name: null,
        location: HANAU,
        district: null,
        address: null,
        department: null,
        attributes: { containerHeight: 1.2 },
      },
    });
  }
  return directory;
}

export interface Fleet {
  readonly devices: number;
  /** The newest, and those before it as history. */
  readonly readingsPerUplink: number;
}

/** Uplinks as the load generator sends them: [from, to) of an endless sequence. */
export function uplinksOf({ devices, readingsPerUplink }: Fleet, beginsAt: number, from: number, to: number): Uplink[] {
  const uplinks: Uplink[] = [];
  for (let index = from; index < to; index++) {
    const deviceId = deviceIdOf(index % devices);
    const round = Math.floor(index / devices);
    const receivedAt = beginsAt + Math.floor((index * 1000) / RATE) + round * readingsPerUplink;
    uplinks.push({
      deviceId,
      topic: `stadtfunk/v1/${deviceId}/up`,
      receivedAt,
      qos: 1,
      payload: text.encode(payloadOf(receivedAt, round, readingsPerUplink)),
    });
  }
  return uplinks;
}

function payloadOf(observedAt: number, round: number, readings: number): string {
  const reading = (before: number) => {
    const values = `"fillingLevel":0.${((round + before) % 60) + 10},"temperature":8.5,"batteryVoltage":3.61,"rsrp":-98`;
    return `"observedAt":${observedAt - before},"values":{${values}}`;
  };
  const history = Array.from({ length: readings - 1 }, (_, index) => `{${reading(index + 1)}}`);
  const rows = history.length > 0 ? `,"history":[${history.join(',')}]` : '';
  return `{"counter":${(round + 1) & 0xffff},${reading(0)}${rows}}`;
}

/** Every rule applies to every device of the fleet. Half of them look at something that its uplinks say. */
const TEMPLATES = [
  'when: fillingLevel >= 0.85 || containerFull, clear: "!has(reading.fillingLevel) || reading.fillingLevel < 0.5"',
  'when: temperature >= 70 || temperatureAlarm, clear: "!has(reading.temperature) || reading.temperature < 50"',
  'when: tilt >= 45 || outOfPosition, for: PT10M',
  'silent: { intervals: 3, margin: PT30M, atLeast: PT13H }',
  'when: batteryVoltage > 0.5 && batteryVoltage < 3.2 || batteryLevel < 0.15 || batteryTooLow',
  'when: sunAltitude < -6 && activePower < 3, for: PT30M, readings: 2',
  'when: rsrp < -125 && temperature < 60, readings: 3',
  'unchanged: temperature, for: P30D',
  'when: lampFailure',
  'when: humidity > 0.95 && deviceTemperature > 60, for: PT1H',
];

/** So many rules as a file. */
export function rulesText(count: number): string {
  const rules = Array.from({ length: count }, (_, index) => {
    const template = TEMPLATES[index % TEMPLATES.length]!;
    const subject = index % 3 === 0 ? 'device' : 'asset';
    return `  - { id: bench.rule${index}, subject: ${subject}, ${template}, severity: minor, title: { de: A, en: A } }`;
  });
  return `version: "1"\nrules:\n${rules.join('\n')}\n`;
}

import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { bin, burning, calmBin, lamp, spot } from '../simulation/testing/small-city.ts';
import { encodeReportInterval, reportIntervalIn } from './report-interval.ts';

const HOUR = 3_600_000;
const devices = [
  ...(['dragino-ndds75', 'dingtek-df702', 'milesight-em400-mud'] as const).map((model) => bin(model, () => calmBin)),
  ...(['dingtek-do201', 'dingtek-do202'] as const).map((model) => spot(model, [])),
  lamp(() => burning),
];

describe('the command for a reporting interval', () => {
  it.each(devices)('is understood by the model that it is written for: $model', (device) => {
    for (const hours of [1, 4, 24]) {
      expect(reportIntervalIn(device.model, encodeReportInterval(device, hours * HOUR))).toBe(hours * HOUR);
    }
  });

  it('is as published for a Milesight: 20 minutes are ff03b0040000', () => {
    const command = encodeReportInterval(devices[2]!, 20 * 60_000);
    expect(Buffer.from(command).toString('hex')).toBe('ff03b0040000');
  });

  it.each(devices)('is nothing to $model in the words of the others, cut short, or beyond all sense', (device) => {
    for (const other of devices) {
      if (other.model.slice(0, 7) === device.model.slice(0, 7)) continue;
      expect(reportIntervalIn(device.model, encodeReportInterval(other, HOUR))).toBeNull();
    }
    const own = encodeReportInterval(device, HOUR);
    for (let length = 0; length < 7 && length < own.length; length++) {
      expect(reportIntervalIn(device.model, own.subarray(0, length))).toBeNull();
    }
    for (const ms of [0, 1_000, 400 * 24 * HOUR]) {
      const command = encodeReportInterval(device, ms);
      expect(reportIntervalIn(device.model, command) ?? HOUR).toBeGreaterThanOrEqual(HOUR);
    }
    expect(reportIntervalIn(device.model, new Uint8Array(100_000))).toBeNull();
  });
});

import type { BoundDevice, RegisteredDevice } from '@stadtfunk/devices';
import { ManualClock } from '@stadtfunk/kernel/testing';
import { MemoryTelemetryStore, type Reading } from '@stadtfunk/readings';
import { subjectOf } from '@stadtfunk/rules/testing';
import { describe, expect, it } from 'vitest';
import type { BacktestRequest } from './backtester.ts';
import { HistoryBacktester, type BacktestLimits } from './history-backtester.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FROM = Date.UTC(2026, 9, 20);
const TO = FROM + 6 * HOUR;

const RULES = `version: "1"
rules:
  - { id: waste.full, subject: asset, when: fillingLevel >= 0.8, severity: major, title: { de: V, en: F } }
  - { id: device.silent, subject: device, silent: { intervals: 3, margin: PT0S, atLeast: PT2H }, severity: minor, title: { de: S, en: S } }
`;
const { device, asset } = subjectOf('WasteContainer', { device: { deviceId: 'nb-1', reportingIntervalMs: HOUR } });
const FLEET: readonly BoundDevice[] = [{ device, asset }];

/** A bin that says so and so full, one after the other. */
function levels(...steps: readonly (readonly [receivedAt: number, fillingLevel: number, observedAt?: number])[]) {
  return steps.map(([receivedAt, fillingLevel, observedAt = receivedAt]): Reading => {
    const from = {
      deviceId: 'nb-1',
      assetId: asset!.assetId,
      observedAt,
      receivedAt,
      clock: 'ok',
      quality: 4,
    } as const;
    return { ...from, values: { fillingLevel } };
  });
}

async function run(
  readings: readonly Reading[],
  { limits = {}, ...asked }: Partial<BacktestRequest> & { readonly limits?: Partial<BacktestLimits> } = {},
) {
  const telemetry = new MemoryTelemetryStore();
  await telemetry.write(readings);
  const clock = new ManualClock(TO);
  const backtester = new HistoryBacktester({
    registry: {
      changesSince: () => Promise.resolve({ revision: 1, devices: FLEET }),
      findAsset: () => Promise.resolve(undefined),
      listDevices: () => Promise.resolve({ items: FLEET.map(registered), next: null }),
    },
    ...{ telemetry, clock, limits, active: () => [], calendar: { zone: 'Europe/Berlin', federalState: 'HE' } },
    takeTurns: () => Promise.resolve(),
  });
  const request = { from: FROM, to: TO, warmUpMs: 0, against: null, mostAlerts: 10, ...asked };
  const rules = [{ file: 'asked.yaml', text: RULES }];
  const outcome = await backtester.run({ rules, ...request }, new AbortController().signal);
  expect(backtester.progress()).toEqual([]);
  return outcome;
}

const registered = ({ device: known, asset: on }: BoundDevice): RegisteredDevice => ({
  ...known,
  assetId: on!.assetId,
  lastContactAt: FROM,
  createdAt: 0,
  version: 1,
});

/** Full and empty in turn, twice an hour: an alert each. */
const FLAPPING = levels(
  ...Array.from({ length: 20 }, (_, index) => [FROM + index * 15 * MINUTE, index % 2 === 0 ? 0.9 : 0.1] as const),
);

describe('a backtest over stored history', () => {
  it('ends when the rules raise more alerts than it may keep, those of both rule sets counted', async () => {
    const sameAgain = { against: [{ file: 'old.yaml', text: RULES }] };
    expect(await run(FLAPPING, { limits: { alerts: 10 } })).toMatchObject({ ok: true, value: { alertCount: 10 } });
    expect(await run(FLAPPING, { limits: { alerts: 9 } })).toEqual({
      ok: false,
      error: {
        code: 'backtest.tooManyAlerts',
        detail:
          'the rules raise more than 9 alerts; ask for a shorter time or for fewer devices, or mend a rule that fires all the time',
      },
    });
    expect(await run(FLAPPING, { limits: { alerts: 19 }, ...sameAgain })).toMatchObject({
      error: { code: 'backtest.tooManyAlerts' },
    });
    expect(await run(FLAPPING, { limits: { alerts: 20 }, ...sameAgain })).toMatchObject({ ok: true });
  });

  it('ends when there are more readings, or more devices, than it may judge', async () => {
    expect(await run(FLAPPING, { limits: { readings: 19 } })).toMatchObject({
      error: { code: 'backtest.tooManyReadings' },
    });
    expect(await run(FLAPPING, { limits: { devices: 0 } })).toMatchObject({
      error: { code: 'backtest.tooManyDevices' },
    });
  });

  it('judges what was received before the end, though the clock of its sensor was ahead', async () => {
    const receivedAt = TO - 50 * MINUTE;
    const outcome = await run(levels([FROM, 0.9], [FROM + 150 * MINUTE, 0.9], [receivedAt, 0.1, TO + 5 * MINUTE]));
    // Without the last one the sensor would be silent, and the bin full.
    expect(outcome).toMatchObject({
      value: { readings: 3, alerts: [{ ruleId: 'waste.full', raisedAt: FROM, clearedAt: TO + 5 * MINUTE }] },
    });
  });

  it('does not judge what was received after the end, whenever it was observed', async () => {
    const late = levels([FROM, 0.1], [TO, 0.9, TO - HOUR], [TO + MINUTE, 0.9, TO + MINUTE]);
    expect(await run(late)).toMatchObject({ value: { readings: 1 } });
  });
});

import type { AlertChange } from '@stadtfunk/maintenance';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsOf } from './change-runs.ts';

const TYPES = ['raise', 'worsen', 'clear'] as const;

/** Only what `runsOf` looks at. */
const change = (type: AlertChange['type'], deviceId: string, alertId: string, subject = `asset:of-${deviceId}`) =>
  ({
    type,
    alertId,
    ...(type !== 'worsen' && { deviceId }),
    ...(type === 'raise' && { subject }),
  }) as AlertChange;

describe('Runs of changes', () => {
  it('write what many devices bring about in as few runs as one device needs', () => {
    const changes = Array.from({ length: 500 }, (_, device) => [
      change('raise', `device-${device}`, `alert-${device}-a`),
      change('clear', `device-${device}`, `alert-${device}-a`),
      change('raise', `device-${device}`, `alert-${device}-b`),
    ]).flat();

    expect(runsOf(changes, 1_000).map((run) => [run[0]!.type, run.length])).toEqual([
      ['raise', 500],
      ['clear', 500],
      ['raise', 500],
    ]);
    expect(runsOf(changes, 200).map(({ length }) => length)).toEqual([200, 200, 100, 200, 200, 100, 200, 200, 100]);
  });

  it('keep the order of an asset whose device is replaced', () => {
    const changes = [
      change('raise', 'old', 'first', 'asset:bin'),
      change('clear', 'old', 'first'),
      change('raise', 'new', 'second', 'asset:bin'),
    ];

    expect(runsOf(changes, 1_000).flat()).toEqual(changes);
    const [before, after] = [change('clear', 'new', 'first'), change('raise', 'new', 'second', 'asset:bin')];
    expect(runsOf([before, after], 1_000).flat()).toEqual([before, after]);
  });

  it('keep the order of each alert and each device, are of one type, and have everything once', () => {
    const one = fc.record({
      type: fc.constantFrom(...TYPES),
      device: fc.integer({ min: 0, max: 3 }),
      alert: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 40 }), fc.integer({ min: 1, max: 10 }), (drawn, most) => {
        const changes = drawn.map(({ type, device, alert }) =>
          change(type, `device-${device}`, `alert-${device}-${alert}`),
        );
        const runs = runsOf(changes, most);

        for (const run of runs) {
          expect(run.length).toBeLessThanOrEqual(most);
          expect(new Set(run.map(({ type }) => type)).size).toBe(1);
        }
        const written = runs.flat();
        expect(written).toHaveLength(changes.length);
        const alertIds = new Set(changes.map(({ alertId }) => alertId));
        for (const alertId of alertIds) {
          const ofAlert = (all: readonly AlertChange[]) => all.filter((each) => each.alertId === alertId);
          expect(ofAlert(written)).toEqual(ofAlert(changes));
        }
        for (const deviceId of ['device-0', 'device-1', 'device-2', 'device-3']) {
          const ofDevice = (all: readonly AlertChange[]) =>
            all.filter((each) => each.type !== 'worsen' && each.deviceId === deviceId);
          expect(ofDevice(written)).toEqual(ofDevice(changes));
        }
      }),
    );
  });
});

import { DAY_MS } from '@stadtfunk/kernel';
import { ManualClock } from '@stadtfunk/kernel/testing';
import { MemoryTelemetryStore, type Reading, type ReadingQuery } from '@stadtfunk/readings';
import { readingOf } from '@stadtfunk/readings/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { ForecastFillLevels } from './forecast-fill-levels.ts';

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 10, 23, 8);

describe('How full containers are taken to be on the day of a tour', () => {
  let telemetry: MemoryTelemetryStore;
  let levels: ForecastFillLevels;
  beforeEach(() => {
    telemetry = new MemoryTelemetryStore();
    levels = new ForecastFillLevels(telemetry, new ManualClock(NOW), 'Europe/Berlin');
  });

  /** Every two hours up to `until`: a tenth of a container a day, emptied when it is four fifths full. */
  const write = (assetId: string, days: number, until = NOW) => {
    const readings = Array.from({ length: days * 12 }, (_, index): Reading => {
      const observedAt = until - (days * 12 - 1 - index) * 2 * HOUR_MS;
      const fillingLevel = Math.round((((0.1 * (observedAt - NOW + 84 * DAY_MS)) / DAY_MS) % 0.8) * 1e4) / 1e4;
      const same = { deviceId: `${assetId}-sensor`, assetId, observedAt, receivedAt: observedAt } as const;
      return { ...same, clock: 'ok', quality: 4, values: { fillingLevel } };
    });
    return telemetry.write(readings);
  };

  it('is what will have come in by then', async () => {
    await write('bin-1', 30);
    // (0.1 * 84) % 0.8 = 0.4 now.
    const at = async (time: number) => (await levels.at(['bin-1'], time)).get('bin-1');

    expect(await at(NOW - HOUR_MS)).toBeCloseTo(0.4, 1);
    expect(await at(NOW + 3 * DAY_MS)).toBeCloseTo(0.7, 1);
    expect(await at(NOW + 30 * DAY_MS)).toBe(1);
    expect(await at(NOW + 3_000_000 * DAY_MS)).toBe(1);
  });

  it('is what was measured last where nothing can be foretold', async () => {
    await write('new', 0.5);
    await write('silent', 20, NOW - 3 * DAY_MS);
    const tomorrow = await levels.at(['new', 'silent', 'unheard'], NOW + 2 * DAY_MS);

    expect([...tomorrow].sort()).toEqual([
      ['new', 0.4],
      ['silent', 0.1],
    ]);
  });

  it('is told of many at once, of each its own, and of nothing else', async () => {
    const bins = Array.from({ length: 30 }, (_, index) => `bin-${index}`);
    for (const [index, bin] of bins.entries()) await write(bin, 15, NOW - index * HOUR_MS);
    await telemetry.write([
      {
        ...{ deviceId: 'lamp-sensor', assetId: 'lamp', observedAt: NOW, receivedAt: NOW, clock: 'ok', quality: 4 },
        values: { activePower: 20 },
      },
    ]);
    const soon = await levels.at([...bins, 'lamp'], NOW);

    expect([...soon.keys()].sort()).toEqual([...bins].sort());
    for (const level of soon.values()) expect(level).toBeCloseTo(0.4, 1);
    expect((await levels.at([], NOW)).size).toBe(0);
  });

  it('looks at no reading twice, and at those that came since', async () => {
    let read = 0;
    const counting = new (class extends MemoryTelemetryStore {
      override async read(query: ReadingQuery) {
        const page = await super.read(query);
        // The newest one only, as `latest` asks: that is not history.
        if (query.limit > 1) read += page.items.length;
        return page;
      }
    })();
    telemetry = counting;
    const clock = new ManualClock(NOW);
    levels = new ForecastFillLevels(counting, clock, 'Europe/Berlin');
    const told = async () => (await levels.at(['bin-1'], NOW + 2 * DAY_MS)).get('bin-1');
    await write('bin-1', 30);
    const before = await told();
    // The days that count, every two hours.
    expect(read).toBe(14 * 12 + 1);
    expect(await told()).toBe(before);
    expect(read).toBe(14 * 12 + 1);

    // Emptied: two readings say so.
    clock.advance(4 * HOUR_MS);
    for (const hours of [2, 4]) {
      const observedAt = NOW + hours * HOUR_MS;
      await counting.write([
        readingOf({ assetId: 'bin-1', deviceId: 'bin-1-sensor', observedAt, values: { fillingLevel: 0 } }),
      ]);
    }
    expect(await told()).toBeLessThan(0.25);
    expect(read).toBe(14 * 12 + 3);

    // History is looked at anew now and then, as late readings fill it.
    clock.advance(13 * HOUR_MS);
    await told();
    expect(read).toBeGreaterThan(14 * 12 + 3 + 13 * 12);
  });
});

import { createHistogram } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { LatencyHistogram, type WrittenHistogram } from './latency-histogram.ts';

const SHARES = [0, 0.01, 0.5, 0.9, 0.99, 0.999, 1];

describe('LatencyHistogram', () => {
  it('tells every percentile to 0.1 %, as the histogram of Node.js does', () => {
    const random = new Random(7);
    const ours = new LatencyHistogram();
    const theirs = createHistogram({ figures: 3, highest: 2 ** 32 });
    const values = Array.from({ length: 50_000 }, () => Math.max(1, Math.round(Math.exp(random.normal(8, 3)))));
    for (const value of values) {
      ours.add(value);
      theirs.record(Math.min(2 ** 32 - 1, value));
    }
    values.sort((a, b) => a - b);
    for (const share of SHARES.slice(1, -1)) {
      const exact = values[Math.ceil(share * values.length) - 1]!;
      expect(Math.abs(ours.quantileUs(share) - exact) / exact).toBeLessThanOrEqual(0.002);
      expect(Math.abs(ours.quantileUs(share) - theirs.percentile(share * 100)) / exact).toBeLessThanOrEqual(0.004);
    }
    expect([ours.count, ours.maxUs]).toEqual([50_000, Math.min(2 ** 32 - 1, values.at(-1)!)]);
  });

  it('is exact for small values, and says 0 of none', () => {
    const histogram = new LatencyHistogram();
    expect([histogram.quantileUs(0.99), histogram.meanUs]).toEqual([0, 0]);
    for (const value of [5, 7, 1_000]) histogram.add(value);
    expect([0.3, 0.5, 1].map((share) => histogram.quantileUs(share))).toEqual([5, 7, 1_000]);
  });

  it('never says less than was measured, whatever the value', () => {
    for (let value = 1; value < 2 ** 32; value = Math.ceil(value * 1.37)) {
      const histogram = new LatencyHistogram();
      histogram.add(value);
      histogram.add(2 ** 32 - 1);
      const said = histogram.quantileUs(0.5);
      expect(said).toBeGreaterThanOrEqual(value);
      expect(said).toBeLessThanOrEqual(value * 1.002);
    }
  });

  it('adds up what several processes have written down', () => {
    const [one, two, both, sum] = Array.from({ length: 4 }, () => new LatencyHistogram());
    for (let value = 1; value < 5_000; value++) {
      (value % 3 === 0 ? one! : two!).add(value * 7);
      both!.add(value * 7);
    }
    for (const part of [one!, two!]) sum!.merge(JSON.parse(JSON.stringify(part.written())) as WrittenHistogram);
    expect(sum!.written()).toEqual(both!.written());
    expect([sum!.count, sum!.meanUs]).toEqual([both!.count, both!.meanUs]);
  });
});

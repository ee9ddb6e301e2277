import { describe, expect, it } from 'vitest';
import { FairLanes } from './fair-lanes.ts';

function lanesOf(waiting: Readonly<Record<string, readonly string[]>>): FairLanes<string> {
  const lanes = new FairLanes<string>();
  for (const [origin, items] of Object.entries(waiting)) for (const item of items) lanes.add(origin, item);
  return lanes;
}

function takeAll(lanes: FairLanes<string>): string[] {
  const taken: string[] = [];
  for (let item = lanes.take(); item !== undefined; item = lanes.take()) taken.push(item);
  return taken;
}

describe('fair lanes', () => {
  it('give each origin its turn, and within one who came first', () => {
    const lanes = lanesOf({ a: ['a1', 'a2', 'a3', 'a4'], b: ['b1'], c: ['c1', 'c2'] });
    expect(takeAll(lanes)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3', 'a4']);
    expect([lanes.size, lanes.longest]).toEqual([0, 0]);
  });

  it('put an origin that comes again behind those that wait', () => {
    const lanes = lanesOf({ a: ['a1', 'a2'], b: ['b1', 'b2'] });
    expect([lanes.take(), lanes.take()]).toEqual(['a1', 'b1']);
    lanes.add('c', 'c1');
    lanes.add('a', 'a3');
    expect(takeAll(lanes)).toEqual(['a2', 'b2', 'c1', 'a3']);
  });

  it('know the longest lane, and give up who has waited longest there', () => {
    const lanes = lanesOf({ a: ['a1'], b: ['b1', 'b2', 'b3'], c: ['c1', 'c2'] });
    expect([lanes.longest, lanes.lengthOf('c'), lanes.lengthOf('d')]).toEqual([3, 2, 0]);
    expect(lanes.takeFromLongest()).toBe('b1');
    expect(lanes.longest).toBe(2);
    lanes.delete('c', 'c2');
    lanes.delete('c', 'c2');
    expect(lanes.takeFromLongest()).toBe('b2');
    expect([lanes.longest, lanes.size]).toEqual([1, 3]);
    expect(takeAll(lanes)).toEqual(['a1', 'b3', 'c1']);
  });

  it('keep count through any sequence of changes', () => {
    const lanes = new FairLanes<number>();
    const model = new Map<string, Set<number>>();
    let seed = 11;
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let step = 0; step < 5_000; step++) {
      const origin = `o${random(7)}`;
      const item = random(40);
      const lane = model.get(origin) ?? new Set();
      model.set(origin, lane);
      if (random(3) > 0) {
        lanes.add(origin, item);
        lane.add(item);
      } else {
        lanes.delete(origin, item);
        lane.delete(item);
      }
      const lengths = [...model.values()].map(({ size }) => size);
      expect(lanes.longest).toBe(Math.max(...lengths));
      expect(lanes.size).toBe(lengths.reduce((sum, length) => sum + length, 0));
    }
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DueQueue } from './due-queue.ts';

describe('DueQueue', () => {
  it('gives every device whose earliest due time has come, once, in order of time', () => {
    const put = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 100 }));
    fc.assert(
      fc.property(fc.array(put), fc.integer({ min: 0, max: 100 }), (puts, now) => {
        const queue = new DueQueue();
        const earliest = new Map<string, number>();
        for (const [device, at] of puts) {
          queue.put(`d${device}`, at);
          earliest.set(`d${device}`, Math.min(at, earliest.get(`d${device}`) ?? Infinity));
        }
        const due = [...earliest].filter(([, at]) => at <= now);
        const taken = queue.take(now, 1000);
        expect([...taken].sort()).toEqual(due.map(([device]) => device).sort());
        const times = taken.map((device) => earliest.get(device)!);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(queue.take(now, 1000)).toEqual([]);
        expect(queue.take(100, 1000)).toHaveLength(earliest.size - due.length);
      }),
    );
  });

  it('takes no more than it is asked for', () => {
    const queue = new DueQueue();
    for (let at = 0; at < 10; at++) queue.put(`d${at}`, at);
    expect(queue.take(100, 3)).toEqual(['d0', 'd1', 'd2']);
    expect(queue.take(100, 100)).toHaveLength(7);
  });
});

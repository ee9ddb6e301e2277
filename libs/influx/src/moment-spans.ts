import type { Moment } from '@stadtfunk/readings';

/** Moments of one device that lie so close that one query asks for all of them. */
export interface MomentSpan {
  readonly deviceId: string;
  /** UTC ms, inclusive. */
  readonly from: number;
  /** UTC ms, exclusive. */
  readonly to: number;
}

/** Rows in between are fetched for nothing, but a query costs as much as some hundred of them. Devices measure a few times an hour. */
const GAP_MS = 3_600_000;

/** The fewest spans that hold these moments without long gaps: InfluxQL takes one range of time per query. */
export function spansOf(moments: readonly Moment[]): readonly MomentSpan[] {
  const byDevice = new Map<string, number[]>();
  for (const { deviceId, observedAt } of moments) {
    const times = byDevice.get(deviceId);
    if (times) times.push(observedAt);
    else byDevice.set(deviceId, [observedAt]);
  }
  const spans: MomentSpan[] = [];
  for (const [deviceId, times] of byDevice) {
    times.sort((a, b) => a - b);
    let from = times[0]!;
    let last = from;
    for (const time of times) {
      if (time > last + GAP_MS) {
        spans.push({ deviceId, from, to: last + 1 });
        from = time;
      }
      last = time;
    }
    spans.push({ deviceId, from, to: last + 1 });
  }
  return spans;
}

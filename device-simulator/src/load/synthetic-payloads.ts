import type { PayloadSource } from './load-run.ts';

/**
 * Readings in stadtfunk-json, each with a counter and a time of its own, so that none is a repeat of another.
 * @param readingsPerUplink the newest, and those before it as history
 */
export function syntheticPayloads(deviceCount: number, readingsPerUplink = 1): PayloadSource {
  const counters = new Uint32Array(deviceCount);
  const lastTimes = new Float64Array(deviceCount);
  const reading = (observedAt: number, number: number) =>
    `"observedAt":${observedAt},"values":{"fillingLevel":0.${(number % 60) + 10},"temperature":8.5,"batteryVoltage":3.61,"rsrp":-98}`;
  return (index, now) => {
    const number = (counters[index] = (counters[index] ?? 0) + 1);
    const observedAt = (lastTimes[index] = Math.max(now, (lastTimes[index] ?? 0) + readingsPerUplink));
    const history: string[] = [];
    for (let before = 1; before < readingsPerUplink; before++)
      history.push(`{${reading(observedAt - before, number + before)}}`);
    const rows = history.length > 0 ? `,"history":[${history.join(',')}]` : '';
    return Buffer.from(`{"counter":${number & 0xffff},${reading(observedAt, number)}${rows}}`, 'latin1');
  };
}

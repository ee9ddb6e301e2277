import { hash53, hash53Of } from '@stadtfunk/kernel';
import { QUANTITIES, type QuantityName, type Values } from '@stadtfunk/readings';
import type { Uplink } from '@stadtfunk/uplinks';
import type { JudgedSample } from './interpret.ts';

/** Equal bytes without a device time are one message sent twice if they come within one to two of these. */
const SAME_BYTES_MS = 2 * 60_000;
/** With an equal message counter they may come further apart: a 16-bit counter takes days to come round. */
const SAME_COUNTER_MS = 12 * 3_600_000;

/**
 * What tells a sample from every other of its device; the first is to be remembered, any of them may be met.
 * A believed device time identifies a sample together with what it measured of the asset: the row of a later history
 * repeats the distance but not the battery. Without one it is the message that is identified, by counter and bytes,
 * within a window: the same bytes hours later are a new and equal measurement.
 */
export function identitiesOf(
  { sample, reading }: JudgedSample,
  index: number,
  counter: number | undefined,
  uplink: Uplink,
): readonly [number, ...number[]] {
  const replaced = reading?.clock === 'repaired' && reading.observedAt === reading.receivedAt;
  if (sample.deviceTime !== undefined && !replaced) return [hash53(`t${sample.deviceTime}${measured(sample.values)}`)];

  const windowMs = counter === undefined ? SAME_BYTES_MS : SAME_COUNTER_MS;
  const window = Math.floor(uplink.receivedAt / windowMs);
  const bytes = hash53Of(uplink.payload);
  const key = (of: number) => hash53(`b${index}/${counter ?? ''}/${of}/${bytes}`);
  return [key(window), key(window - 1)];
}

function measured(values: Values): string {
  let ofAsset = '';
  let ofDevice = '';
  for (const key in values) {
    const name = key as QuantityName;
    const text = `;${name}=${String(values[name])}`;
    if (QUANTITIES[name].of === 'asset') ofAsset += text;
    else ofDevice += text;
  }
  return ofAsset || ofDevice;
}

import { Hash53, hash53Of } from '@stadtfunk/kernel';
import { QUANTITIES, QUANTITY_NAMES, type QuantityName, type Values } from '@stadtfunk/readings';
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
  if (sample.deviceTime !== undefined && !replaced) {
    hash.begin().text('t').number(sample.deviceTime);
    addMeasured(sample.values);
    return [hash.value];
  }

  const windowMs = counter === undefined ? SAME_BYTES_MS : SAME_COUNTER_MS;
  const window = Math.floor(uplink.receivedAt / windowMs);
  const bytes = hash53Of(uplink.payload);
  const key = (of: number) => {
    hash.begin().text('b').number(index).text('/');
    if (counter !== undefined) hash.number(counter);
    return hash.text('/').number(of).text('/').number(bytes).value;
  };
  return [key(window), key(window - 1)];
}

/** Every reading is hashed by it, one after the other. What goes in is part of the stored format: the memories of devices hold it. */
const hash = new Hash53();

/** What stands before the value, and whether it is measured of the asset. */
const PARTS: ReadonlyMap<string, { readonly before: string; readonly isOfAsset: boolean }> = new Map(
  QUANTITY_NAMES.map((name) => [name, { before: `;${name}=`, isOfAsset: QUANTITIES[name].of === 'asset' }]),
);

/** What was measured of the asset; where nothing was, what was of the device. */
function addMeasured(values: Values): void {
  if (!addValues(values, true)) addValues(values, false);
}

function addValues(values: Values, ofAsset: boolean): boolean {
  let any = false;
  for (const name in values) {
    const { before, isOfAsset } = PARTS.get(name)!;
    if (isOfAsset !== ofAsset) continue;
    const value = values[name as QuantityName];
    hash.text(before);
    if (typeof value === 'number') hash.number(value);
    else hash.text(String(value));
    any = true;
  }
  return any;
}

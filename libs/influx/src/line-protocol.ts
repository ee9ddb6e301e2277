import type { QuantityName, Reading } from '@stadtfunk/readings';
import { tagValueOf } from './tag-value.ts';

export const MEASUREMENT = 'reading';

/** A reading as one line of line protocol, with a timestamp in ms. Tags are sorted, as the server wants them. */
export function lineOf(reading: Reading): string {
  const { assetId, deviceId, clock, quality, receivedAt, observedAt, values } = reading;
  const asset = assetId === null ? '' : `,assetId=${tagValueOf(assetId)}`;
  let fields = `clock="${clock}",quality=${quality}i,receivedAt=${receivedAt}i`;
  for (const name in values) {
    const value = values[name as QuantityName];
    // Without a suffix a number is a float: a quantity has one type for ever, also where today's value is whole.
    if (value !== undefined) fields += `,${name}=${value}`;
  }
  return `${MEASUREMENT}${asset},deviceId=${tagValueOf(deviceId)} ${fields} ${observedAt}`;
}

/** Cuts lines into the parts that go in one request, [start, end) each. */
export function* partsOf(
  lines: readonly string[],
  { maxLines, maxLength }: { readonly maxLines: number; readonly maxLength: number },
): Generator<readonly [start: number, end: number]> {
  let start = 0;
  let length = 0;
  for (let index = 0; index < lines.length; index++) {
    const more = lines[index]!.length + 1;
    if (index > start && (index - start >= maxLines || length + more > maxLength)) {
      yield [start, index];
      start = index;
      length = 0;
    }
    length += more;
  }
  if (start < lines.length) yield [start, lines.length];
}

import type { Incident } from '../truth/incident.ts';
import type { Delivery } from './delivery.ts';

/** Of three regular uplinks in a row nothing came. */
const INTERVALS = 3;
const MARGIN_MS = 30 * 60_000;

/**
 * Silences that have no other cause than a network that lost everything. Devices and things write what they know of themselves, and none
 * of them knows what was lost; what came of it is known here.
 */
export function unheardSilences(
  deviceId: string,
  deliveries: readonly Delivery[],
  intervalMs: number,
  known: readonly Incident[],
  { from, to }: { readonly from: number; readonly to: number },
): readonly Incident[] {
  const silences: Incident[] = [];
  let last = from;
  for (const at of [...deliveries.map(({ at }) => at), to]) {
    let begin = last + intervalMs;
    if (at - last > INTERVALS * intervalMs + MARGIN_MS) {
      // What is left of it when what the device knows of itself is taken out.
      for (const { kind, from: knownFrom, to: knownTo } of known) {
        if (kind !== 'device.silent' || knownFrom >= at || (knownTo ?? Infinity) <= begin) continue;
        if (knownFrom > begin) silences.push({ kind: 'device.silent', subject: deviceId, from: begin, to: knownFrom });
        begin = knownTo ?? Infinity;
      }
      if (begin < at) silences.push({ kind: 'device.silent', subject: deviceId, from: begin, to: at });
    }
    last = at;
  }
  return silences;
}

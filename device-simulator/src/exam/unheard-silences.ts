import type { Incident } from '../truth/incident.ts';
import type { IntervalChange } from '../scenario/scenario-run.ts';
import type { Delivery } from './delivery.ts';

/** Of three regular uplinks in a row nothing came. */
const INTERVALS = 3;
const MARGIN_MS = 30 * 60_000;

/**
 * Silences that have no other cause than a network that lost everything. Devices and things write what they know of themselves, and none
 * of them knows what was lost; what came of it is known here.
 * @param intervalMs as it was registered
 * @param changes what it was told on the way, in the order of time
 */
export function unheardSilences(
  deviceId: string,
  deliveries: readonly Delivery[],
  intervalMs: number,
  known: readonly Incident[],
  { from, to }: { readonly from: number; readonly to: number },
  changes: readonly IntervalChange[] = [],
): readonly Incident[] {
  const silences: Incident[] = [];
  let last = from;
  for (const at of [...deliveries.map(({ at }) => at), to]) {
    const change = changes.findLast((each) => each.from < at);
    const ownMs = change?.intervalMs ?? intervalMs;
    // Its timer began anew when it heard that.
    const since = Math.max(last, change?.from ?? last);
    let begin = since + ownMs;
    if (at - since > INTERVALS * ownMs + MARGIN_MS) {
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

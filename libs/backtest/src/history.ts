import { assetIdAt, type BoundDevice } from '@stadtfunk/devices';
import { QUANTITY_NAMES, type Reading, type TelemetryStore } from '@stadtfunk/readings';
import { RULE_OPTIONS } from '@stadtfunk/rules';
import type { Period } from './episode.ts';
import type { HeardUplink, UplinkSource } from './heard-uplink.ts';

export interface HistoryOptions extends Period {
  readonly telemetry: TelemetryStore;
  readonly devices: readonly BoundDevice[];
  /** When devices were last heard, whether readings of that are stored or not, UTC ms. Absent: nobody knows. */
  readonly lastContacts?: ReadonlyMap<string, number>;
  /** Readings in one answer of the store. */
  readonly pageSize: number;
  /** Devices read ahead of the evaluation, at once. */
  readonly devicesAtOnce: number;
}

/**
 * What was stored of devices, as the uplinks in which it came: readings that were received at the same moment were one. Of a clock that
 * is ahead there are readings that were received in the period and observed after it; they bring some with them that were not. What
 * was not stored, such as contact without readings and repeats, is not there, but for the last contact.
 */
export async function* readHistory(options: HistoryOptions): UplinkSource & AsyncGenerator<readonly HeardUplink[]> {
  const { devicesAtOnce } = options;
  const groups = sharingAssets(options.devices);
  const ahead: Promise<readonly HeardUplink[]>[] = [];
  let next = 0;
  try {
    while (next < groups.length || ahead.length > 0) {
      while (ahead.length < devicesAtOnce && next < groups.length) {
        const reading = readGroup(options, groups[next++]!);
        // Awaited in its turn. Until then a failure is nobody's unhandled rejection.
        reading.catch(() => undefined);
        ahead.push(reading);
      }
      yield await ahead.shift()!;
    }
  } finally {
    // Whoever gives up early does not leave questions behind that nobody waits for.
    await Promise.allSettled(ahead);
  }
}

/** Devices that have sat on the same asset belong together: one takes over the alerts of the other. */
export function sharingAssets(devices: readonly BoundDevice[]): readonly (readonly BoundDevice[])[] {
  const groups = new Map<string, BoundDevice[]>();
  const byAsset = new Map<string, BoundDevice[]>();
  for (const bound of devices) {
    const group = [bound];
    groups.set(bound.device.deviceId, group);
    const assets = [bound.asset?.assetId, ...(bound.former ?? []).map(({ assetId }) => assetId)];
    for (const assetId of assets) {
      if (assetId === undefined) continue;
      const other = byAsset.get(assetId);
      if (other) join(groups, other, groups.get(bound.device.deviceId)!, byAsset);
      else byAsset.set(assetId, groups.get(bound.device.deviceId)!);
    }
  }
  return [...new Set(groups.values())];
}

function join(
  groups: Map<string, BoundDevice[]>,
  into: BoundDevice[],
  from: BoundDevice[],
  byAsset: Map<string, BoundDevice[]>,
): void {
  if (into === from) return;
  for (const bound of from) {
    into.push(bound);
    groups.set(bound.device.deviceId, into);
  }
  for (const [assetId, group] of byAsset) if (group === from) byAsset.set(assetId, into);
}

async function readGroup(options: HistoryOptions, group: readonly BoundDevice[]): Promise<readonly HeardUplink[]> {
  const uplinks: HeardUplink[] = [];
  for (const bound of group) for (const uplink of await readDevice(options, bound)) uplinks.push(uplink);
  return uplinks.sort((a, b) => a.receivedAt - b.receivedAt || compareText(a.deviceId, b.deviceId));
}

async function readDevice(
  { telemetry, from, to, pageSize, lastContacts }: HistoryOptions,
  bound: BoundDevice,
): Promise<Iterable<HeardUplink>> {
  const { deviceId } = bound.device;
  const byReception = new Map<number, HeardUplink & { readonly readings: Reading[] }>();
  let after: string | null = null;
  do {
    const page = await telemetry.read({
      subject: { deviceId },
      from,
      // What is further ahead no rule judges.
      to: to + RULE_OPTIONS.aheadMs,
      quantities: QUANTITY_NAMES,
      order: 'asc',
      limit: pageSize,
      ...(after !== null && { after }),
    });
    for (const stored of page.items) {
      const { observedAt, receivedAt } = stored;
      let uplink = byReception.get(receivedAt);
      if (!uplink) byReception.set(receivedAt, (uplink = { deviceId, receivedAt, readings: [] }));
      const assetId = assetIdAt(bound, observedAt);
      // A sensor that moved may tell of the asset before: that is history, and of another asset.
      if (assetId === assetIdAt(bound, receivedAt)) uplink.readings.push({ ...stored, assetId });
    }
    after = page.next;
  } while (after !== null);
  const lastContact = lastContacts?.get(deviceId);
  if (lastContact !== undefined && !byReception.has(lastContact)) {
    byReception.set(lastContact, { deviceId, receivedAt: lastContact, readings: [] });
  }
  return byReception.values();
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

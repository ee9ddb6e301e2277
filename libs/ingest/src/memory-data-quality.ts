import { DataQuality, type DeviceQuality, type LetterCount, type ModelQuality } from './data-quality.ts';
import { NO_SIGNS } from './device-signs.ts';
import type { IngestRows } from './memory-ingest-records.ts';
import { QUALITY_MEASURES, type QualityCount } from './quality-counts.ts';

/** What the twin has to know of the registered devices. */
export type QualityDevices = () => Iterable<{
  readonly deviceId: string;
  readonly model: string;
  readonly lifecycle: string;
  readonly assetId: string | null;
}>;

const NO_TALLY = { processed: 0, rejected: 0, decoded: 0, stored: 0, duplicate: 0, quarantined: 0 };

type MutableModel = { -readonly [name in keyof ModelQuality]: ModelQuality[name] };

/** Data quality in memory: the twin of the adapters. */
export class MemoryDataQuality extends DataQuality {
  constructor(
    private readonly rows: IngestRows,
    private readonly devices: QualityDevices,
  ) {
    super();
  }

  override async ofDevice(deviceId: string): Promise<DeviceQuality | undefined> {
    const progress = this.rows.devices.get(deviceId);
    return progress && { ...progress.add, ...(progress.signs ?? NO_SIGNS), lastReceivedAt: progress.lastReceivedAt };
  }

  override async byModel(): Promise<readonly ModelQuality[]> {
    const groups = new Map<string, MutableModel>();
    for (const { deviceId, model } of this.devices()) {
      const quality = await this.ofDevice(deviceId);
      const firmware = quality?.firmware ?? null;
      const key = JSON.stringify([model, firmware]);
      const group = groups.get(key) ?? { ...NO_TALLY, ...NO_SIGNS, model, firmware, devices: 0, heard: 0 };
      groups.set(key, group);
      group.devices++;
      if (!quality) continue;
      group.heard++;
      for (const measure of QUALITY_MEASURES) group[measure] += quality[measure];
    }
    const order = ({ model, firmware }: ModelQuality) => `${model} ${firmware ?? ''}`;
    return [...groups.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  }

  override async days(from: string, to: string): Promise<readonly QualityCount[]> {
    const sums = new Map<string, QualityCount>();
    for (const row of this.rows.quality.filter(({ day }) => day >= from && day <= to)) {
      const key = JSON.stringify([row.day, row.model, row.firmware, row.measure]);
      sums.set(key, { ...row, count: row.count + (sums.get(key)?.count ?? 0) });
    }
    return [...sums.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  }

  override async letters(): Promise<readonly LetterCount[]> {
    const counts = new Map<string, LetterCount>();
    for (const { code, state } of this.rows.letters.values()) {
      const key = `${code} ${state}`;
      counts.set(key, { code, state, count: (counts.get(key)?.count ?? 0) + 1 });
    }
    return [...counts.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count);
  }

  override async silent(before: number, limit: number) {
    const silent = [];
    for (const { deviceId, model, lifecycle, assetId } of this.devices()) {
      const lastContactAt = this.rows.devices.get(deviceId)?.lastReceivedAt ?? null;
      if (lifecycle !== 'active' || (lastContactAt !== null && lastContactAt >= before)) continue;
      silent.push({ deviceId, model, assetId, lastContactAt });
    }
    const since = ({ lastContactAt }: { lastContactAt: number | null }) => lastContactAt ?? -Infinity;
    silent.sort((a, b) => Math.sign(since(a) - since(b)) || (a.deviceId < b.deviceId ? -1 : 1));
    return { count: silent.length, devices: silent.slice(0, limit) };
  }
}

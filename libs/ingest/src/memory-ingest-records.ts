import { Fault } from '@stadtfunk/kernel';
import { MemoryDueRollUps, type QuarantinedReading } from '@stadtfunk/readings';
import { MemoryGroupPositions, type Positions, type PositionTable } from '@stadtfunk/uplinks';
import {
  IngestRecords,
  type DeadLetter,
  type DeviceProgress,
  type IngestCommit,
  type LedgerCounts,
  type RetriedLetter,
  type Tally,
} from './ingest-records.ts';
import { NO_SIGNS, type DeviceSigns } from './device-signs.ts';
import type { QualityCount } from './quality-counts.ts';

const NOTHING: Tally = { processed: 0, rejected: 0, decoded: 0, stored: 0, duplicate: 0, quarantined: 0 };

interface Letter extends DeadLetter {
  readonly logId: string;
  readonly letterId: string;
  readonly state: 'open' | 'retry' | 'resolved';
}

/** What the records hold. Several `MemoryIngestRecords` over the same ones are several owners. */
export interface IngestRows {
  readonly positions: PositionTable;
  readonly devices: Map<string, DeviceProgress>;
  readonly letters: Map<string, Letter>;
  readonly quarantined: QuarantinedReading[];
  readonly quality: QualityCount[];
  readonly due: MemoryDueRollUps;
}

/** The records of the group `store` in memory: the twin of the adapters. */
export class MemoryIngestRecords extends IngestRecords {
  readonly rows: IngestRows;
  readonly #positions: MemoryGroupPositions;

  constructor(rows: IngestRows = noRows()) {
    super();
    this.rows = rows;
    this.#positions = new MemoryGroupPositions(rows.positions);
  }

  override async positions(logId: string, floors: Positions): Promise<Positions> {
    return this.#positions.read(logId, floors);
  }

  override async memories(deviceIds: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const known = deviceIds.flatMap((deviceId) => this.rows.devices.get(deviceId) ?? []);
    return new Map(known.map(({ deviceId, memory }) => [deviceId, memory]));
  }

  override async commit(commit: IngestCommit): Promise<void> {
    const { logId, reached, devices, deadLetters, quarantined, hours, quality, retries } = commit;
    const { letters } = this.rows;
    if (!retries.every(({ letterId }) => letters.get(letterId)?.state === 'retry')) {
      throw new Fault('records.conflict', 'somebody else has dealt with a dead letter that was tried again', true);
    }
    this.#positions.move(logId, reached);
    for (const { letterId, error } of retries) {
      letters.set(letterId, { ...letters.get(letterId)!, ...error, state: error ? 'open' : 'resolved' });
    }
    for (const progress of devices) this.#add(progress);
    for (const letter of deadLetters) {
      const letterId = String(1 + Math.max(0, ...[...letters.keys()].map(Number)));
      letters.set(letterId, { ...letter, letterId, logId, state: 'open' });
    }
    this.rows.quarantined.push(...quarantined);
    this.rows.quality.push(...(quality?.counts ?? []));
    await this.rows.due.mark('hour', hours);
  }

  override async retries(
    limit: number,
    logId: string,
    partitions: readonly number[],
  ): Promise<readonly RetriedLetter[]> {
    return [...this.rows.letters.values()]
      .filter(({ state }) => state === 'retry')
      .filter((letter) => letter.logId !== logId || partitions.includes(letter.partition))
      .slice(0, limit)
      .map(({ code: _code, detail: _detail, state: _state, logId: _logId, ...letter }) => letter);
  }

  override async counts(logId: string, partitions: number, deviceId?: string): Promise<LedgerCounts> {
    const all = [...this.rows.devices.values()].filter(
      (device) => deviceId === undefined || device.deviceId === deviceId,
    );
    const tally = all.reduce((sum, { add }) => plus(sum, add), NOTHING);
    const reached = Array.from({ length: partitions }, (_, partition) => this.#positions.sequence(logId, partition));
    const counted = deviceId === undefined ? this.#positions.passed() : tally.processed + tally.rejected;
    return { tally, reached, counted };
  }

  /** What a person does in the dead-letter office. */
  askForRetry(): void {
    for (const letter of this.rows.letters.values()) {
      if (letter.state === 'open') this.rows.letters.set(letter.letterId, { ...letter, state: 'retry' });
    }
  }

  #add(progress: DeviceProgress): void {
    const before = this.rows.devices.get(progress.deviceId);
    this.rows.devices.set(progress.deviceId, {
      ...progress,
      add: plus(before?.add ?? NOTHING, progress.add),
      signs: plusSigns(before?.signs ?? NO_SIGNS, progress.signs ?? NO_SIGNS),
      lastReceivedAt: Math.max(before?.lastReceivedAt ?? 0, progress.lastReceivedAt),
    });
  }
}

function noRows(): IngestRows {
  return {
    positions: new Map(),
    devices: new Map(),
    letters: new Map(),
    quarantined: [],
    quality: [],
    due: new MemoryDueRollUps(),
  };
}

function plus(a: Tally, b: Tally): Tally {
  return {
    processed: a.processed + b.processed,
    rejected: a.rejected + b.rejected,
    decoded: a.decoded + b.decoded,
    stored: a.stored + b.stored,
    duplicate: a.duplicate + b.duplicate,
    quarantined: a.quarantined + b.quarantined,
  };
}

function plusSigns(a: DeviceSigns, b: DeviceSigns): DeviceSigns {
  return {
    late: a.late + b.late,
    clockRepaired: a.clockRepaired + b.clockRepaired,
    clockUnknown: a.clockUnknown + b.clockUnknown,
    firmware: b.firmware ?? a.firmware,
  };
}

import { partitionOf, type Positions, type UplinkLog } from '@stadtfunk/uplinks';
import type { IngestRecords, LedgerCounts } from './ingest-records.ts';
import { Ledger, type LedgerReport } from './ledger.ts';

/** Uplinks looked at in one go when those of one device that wait are counted. */
const SCAN_SIZE = 2_000;

/**
 * The ledger out of two sources that know nothing of each other: what intake made durable (the log's heads), and what
 * the consumer group `store` has counted. That both sides agree is therefore news, not arithmetic.
 */
export class LogLedger extends Ledger {
  constructor(
    private readonly log: UplinkLog,
    private readonly records: IngestRecords,
    /** How far the consumer group `rules` has come in `log`. */
    private readonly judged: () => Promise<Positions>,
    /** Uplinks that are received and not in `log` yet: where local logs are forwarded into it. */
    private readonly waitingElsewhere: () => Promise<number> = () => Promise.resolve(0),
  ) {
    super();
  }

  override async total(): Promise<LedgerReport> {
    const counts = await this.records.counts(this.log.logId, this.log.partitions);
    const judged = await this.judged();
    // Asked second, so that what is counted is never ahead of what was received.
    const heads = await this.log.heads();
    const elsewhere = await this.waitingElsewhere();
    const behind = (reached: Positions) => {
      return heads.reduce((sum, head, partition) => sum + head - (reached[partition] ?? 0), elsewhere);
    };
    return report(counts, counts.counted, behind(counts.reached), behind(judged));
  }

  /** Of one device, what still waits in the local log of another process is not counted. */
  override async ofDevice(deviceId: string): Promise<LedgerReport> {
    const { log } = this;
    const counts = await this.records.counts(log.logId, log.partitions, deviceId);
    const partition = partitionOf(deviceId, log.partitions);
    const head = (await log.heads())[partition] ?? 0;
    const behind = (reached: Positions) => this.#countWaiting(deviceId, partition, reached[partition] ?? 0, head);
    const counted = counts.tally.processed + counts.tally.rejected;
    return report(counts, counted, await behind(counts.reached), await behind(await this.judged()));
  }

  async #countWaiting(deviceId: string, partition: number, after: number, head: number): Promise<number> {
    let count = 0;
    let reached = after;
    const cursor = this.log.openCursor(
      Array.from({ length: this.log.partitions }, (_, index) => (index === partition ? after : Infinity)),
    );
    try {
      while (reached < head) {
        const uplinks = await cursor.read(SCAN_SIZE, 0);
        if (uplinks.length === 0) break;
        for (const uplink of uplinks) {
          if (uplink.sequence <= head && uplink.deviceId === deviceId) count++;
          reached = uplink.sequence;
        }
      }
    } finally {
      await cursor.close();
    }
    return count;
  }
}

function report({ tally }: LedgerCounts, counted: number, waiting: number, unjudged: number): LedgerReport {
  const { processed, rejected, decoded, stored, duplicate, quarantined } = tally;
  return {
    uplinks: { received: counted + waiting, processed, rejected, waiting },
    readings: { decoded, stored, duplicate, quarantined },
    rules: { waiting: unjudged },
  };
}

/**
 * What became of everything that was received. At any moment
 * `received = processed + rejected + waiting` and `decoded = stored + duplicate + quarantined`.
 */
export interface LedgerReport {
  readonly uplinks: {
    readonly received: number;
    readonly processed: number;
    readonly rejected: number;
    readonly waiting: number;
  };
  readonly readings: {
    readonly decoded: number;
    readonly stored: number;
    readonly duplicate: number;
    readonly quarantined: number;
  };
  readonly rules: {
    /** Received, and not judged by the rules yet. */
    readonly waiting: number;
  };
}

/** The ledger, as anyone may ask for it. */
export abstract class Ledger {
  abstract total(): Promise<LedgerReport>;
  /** A device that never sent anything has a ledger of zeros. */
  abstract ofDevice(deviceId: string): Promise<LedgerReport>;
}

/** Bytes on their way to a device. */
export interface Downlink {
  readonly payload: Uint8Array;
  /** When it was handed to the network, UTC ms. */
  readonly sentAt: number;
}

/** What became of one. */
export interface EndedDownlink extends Downlink {
  readonly deviceId: string;
  /** When the device heard it, UTC ms; null: never, it was given up. */
  readonly heardAt: number | null;
}

import { hash32 } from '@stadtfunk/kernel';

/** A raw message as a device sent it, before anything is known about its meaning. */
export interface Uplink {
  readonly deviceId: string;
  readonly topic: string;
  /** When the intake received it, UTC ms. */
  readonly receivedAt: number;
  readonly qos: 0 | 1 | 2;
  readonly payload: Uint8Array;
}

/** An uplink with its place in the log. Sequences of a partition start at 1 and have no gaps. */
export interface StoredUplink extends Uplink {
  readonly partition: number;
  readonly sequence: number;
}

/** The partition that keeps all uplinks of this device in order. Part of the log's stored format. */
export function partitionOf(deviceId: string, partitions: number): number {
  return hash32(deviceId) % partitions;
}

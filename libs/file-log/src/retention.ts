import type { Positions } from '@stadtfunk/uplinks';
import type { Segment } from './segment.ts';

export interface RetentionLimits {
  /** Sealed segments whose newest uplink is older than this may go. */
  readonly retainMs: number;
  /** The oldest sealed segments may go while all segments together are larger than this. */
  readonly retainBytes: number;
}

/** How many of the oldest segments may be deleted: past a limit, sealed, and passed by every group. */
export function expiredSegments(
  segments: readonly Segment[],
  passed: readonly Positions[],
  now: number,
  { retainMs, retainBytes }: RetentionLimits,
): number {
  let bytes = segments.reduce((total, segment) => total + segment.length, 0);
  let expired = 0;
  for (const { length, last, newestReceivedAt } of segments.slice(0, -1)) {
    const old = newestReceivedAt === null || newestReceivedAt < now - retainMs;
    if (!old && bytes <= retainBytes) break;
    if (!passed.every((positions) => last.every((sequence, index) => (positions[index] ?? 0) >= sequence))) break;
    bytes -= length;
    expired += 1;
  }
  return expired;
}

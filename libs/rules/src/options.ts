/** Settings of the evaluator. One object, because a backtest must use what live evaluation uses. */
export const RULE_OPTIONS = {
  /** A reading observed longer than this before it was received is late: it updates and clears, but raises nothing. */
  lateAfterMs: 30 * 60_000,
  /** How long a timer waits for an uplink that may still be on its way (DEVICES: p95 29.5 s, maximum 65.2 s). */
  uplinkLatencyMs: 60_000,
  /** How far back the history that comes with the first uplink of a device counts: older rows are from the shelf. */
  firstHistoryMs: 24 * 60 * 60_000,
  /** A reading observed further ahead of its reception is never evaluated: it would make all later ones late. */
  aheadMs: 60 * 60_000,
  /** So many gaps between uplinks are remembered to learn a device's own reporting pattern. */
  gaps: 16,
  /** A device that said nothing for this many of its intervals, plus `stuckMarginMs`, may have changed unseen. */
  stuckIntervals: 3,
  stuckMarginMs: 30 * 60_000,
} as const;

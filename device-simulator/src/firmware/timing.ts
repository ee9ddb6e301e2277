const MINUTE_MS = 60_000;

/** How a model is set when it leaves the factory, or as published field data show it. */
export interface Timing {
  /** Between two measurements that are kept for the next uplink, ms; Infinity: it measures when it sends. */
  readonly sampleEveryMs: (reportEveryMs: number) => number;
  /** It looks this often whether something has happened, ms; Infinity: it never sends out of turn; 0: at once. */
  readonly detectEveryMs: number;
  /** An interval is longer by this share, as timers without a quartz run: 7203 to 7206 s instead of 7200 (published). */
  readonly stretch: readonly [least: number, most: number];
  /** Uplinks that were not acknowledged and are kept to be sent again. */
  readonly keeps: number;
}

const RC_TIMER = [0.0004, 0.0008] as const;
const QUARTZ = [0, 0] as const;

/** Intervals of reporting are a matter of the device (`intervalMs`); these stand in the catalogue's definitions: 2 h, 24 h, 6 h, 24 h, 30 min. */
export const TIMINGS = {
  // AT+TR: rows are kept twice as often as is sent, here as in published rows an hour apart at two hours.
  dragino: { sampleEveryMs: (report) => report / 2, detectEveryMs: Infinity, stretch: RC_TIMER, keeps: 0 },
  // Detection every 1 to 30 minutes, alarms at once.
  dingtekBin: { sampleEveryMs: () => Infinity, detectEveryMs: 10 * MINUTE_MS, stretch: RC_TIMER, keeps: 0 },
  dingtekSpot: { sampleEveryMs: () => Infinity, detectEveryMs: MINUTE_MS, stretch: RC_TIMER, keeps: 0 },
  // 12 samples of 30 minutes in one upload: with any other interval still 12.
  milesight: { sampleEveryMs: (report) => report / 12, detectEveryMs: 10 * MINUTE_MS, stretch: QUARTZ, keeps: 0 },
  // On mains: it measures all the time, and keeps a day of what the network did not take.
  lamp: { sampleEveryMs: () => Infinity, detectEveryMs: 0, stretch: QUARTZ, keeps: 48 },
} as const satisfies Record<string, Timing>;

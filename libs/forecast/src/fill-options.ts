/** Settings of the forecast of filling levels. Levels are 0..1, rates levels per day. docs/forecast.md says why. */
export const FILL_OPTIONS = {
  /** Across a longer gap nobody can tell whether the container was emptied meanwhile. */
  longestGapMs: 50 * 3_600_000,
  /** A level that lies this far below, or above, what was expected is first taken for a false echo. */
  suspiciousFall: 0.08,
  suspiciousRise: 0.25,
  /** No rise is suspicious that is slower than this. */
  possibleRatePerDay: 1,
  /** So many standard deviations of what was expected besides. */
  suspiciousDeviations: 4,
  /** Above this the sensor sees the rim: nothing is learnt of how fast it fills. */
  saturatedLevel: 0.95,
  /** A level that stays exactly the same while this much was expected is no measurement. */
  stuckLevel: 0.35,
  /** So many standard deviations less than expected, and it was probably emptied between two readings. */
  emptiedUnseenDeviations: 2,
  /** Half-life of what is remembered of the rate, and of its pattern, in days. */
  rateHalfLifeDays: 21,
  patternHalfLifeDays: 56,
  /** The rate is taken to be this, with the weight of so many days, until more is known. */
  priorRatePerDay: 0.3,
  priorDays: 0.25,
  /** How much weekdays, and parts of the day, differ among each other: relative variances. */
  weekdayVariance: 0.12,
  partVariance: 0.6,
  /** Variance of a day's filling per level expected, and the weight of that assumption in levels. */
  priorDispersion: 0.03,
  priorDispersionWeight: 1,
  /** Relative variance of the rate of the days to come around that of the days seen. */
  driftVariance: 0.005,
  /** Standard deviation of a level measured: as assumed first, and its bounds. */
  priorNoise: 0.015,
  leastNoise: 0.003,
  mostNoise: 0.06,
  /** Of the interval: standard deviations to either side. 1.28 would be exact if all that is assumed were; this is measured. */
  intervalDeviations: 1.22,
  /** No forecast before this much was seen: a round of the clock, and a rate with a relative error below this. */
  leastDays: 1,
  mostRelativeError: 0.5,
  /** Nothing is foretold beyond. */
  horizonDays: 60,
} as const;

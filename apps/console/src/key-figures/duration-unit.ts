const UNITS = [
  ['days', 86_400],
  ['hours', 3_600],
] as const;
/** From so many of a unit on, it is the one that people think in. */
const WORTH = 2;

/** In which durations are best drawn: minutes, hours or days. */
export interface DurationUnit {
  readonly name: 'minutes' | 'hours' | 'days';
  /** With one digit after the point: a finer scale would have ticks that read the same. */
  readonly of: (seconds: number) => number;
}

/** @param longest the longest duration of a chart, seconds */
export function durationUnit(longest: number): DurationUnit {
  const [name, length] = UNITS.find(([, seconds]) => longest >= WORTH * seconds) ?? (['minutes', 60] as const);
  return { name, of: (seconds) => Math.round((seconds / length) * 10) / 10 };
}

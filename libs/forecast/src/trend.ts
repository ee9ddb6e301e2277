/** A straight line through daily values, of which older ones count less, in a few numbers. */
export interface Trend {
  /** Sum of the weights, and of their squares. */
  w: number;
  w2: number;
  /** Means of days and values, and sums of squares and products about them. */
  t: number;
  y: number;
  tt: number;
  ty: number;
  yy: number;
  /** First and last day. */
  first: number;
  last: number;
}

export interface Line {
  /** On the last day. */
  readonly value: number;
  readonly perDay: number;
  /** Standard error of `perDay`; Infinity with fewer than three values. */
  readonly error: number;
  readonly days: number;
  /** How many values of full weight stand behind it. */
  readonly count: number;
}

export function newTrend(): Trend {
  return { w: 0, w2: 0, t: 0, y: 0, tt: 0, ty: 0, yy: 0, first: 0, last: 0 };
}

/** Takes in the value of a day, later than all before. Weighted co-moments are updated without loss (West 1979). */
export function addDay(trend: Trend, day: number, value: number, halfLifeDays: number): void {
  if (trend.w === 0) {
    Object.assign(trend, { w: 1, w2: 1, t: day, y: value, first: day, last: day });
    return;
  }
  const fade = 0.5 ** ((day - trend.last) / halfLifeDays);
  const before = trend.w * fade;
  const w = before + 1;
  const dt = day - trend.t;
  const dy = value - trend.y;
  trend.tt = short(trend.tt * fade + (dt * dt * before) / w);
  trend.ty = short(trend.ty * fade + (dt * dy * before) / w);
  trend.yy = short(trend.yy * fade + (dy * dy * before) / w);
  trend.t = short(trend.t + dt / w);
  trend.y = short(trend.y + dy / w);
  trend.w = short(w);
  trend.w2 = short(trend.w2 * fade * fade + 1);
  trend.last = day;
}

export function lineOf(trend: Trend): Line {
  const count = trend.w2 > 0 ? trend.w ** 2 / trend.w2 : 0;
  const perDay = trend.tt > 0 ? trend.ty / trend.tt : 0;
  // Of residuals: their variance, with two degrees of freedom gone for the line; of days: their spread.
  const residual = Math.max(0, trend.yy - perDay * trend.ty) / trend.w;
  const spread = trend.tt / trend.w;
  const error = count > 2 && spread > 0 ? Math.sqrt(residual / (spread * (count - 2))) : Infinity;
  return { value: trend.y + perDay * (trend.last - trend.t), perDay, error, days: trend.last - trend.first, count };
}

const POWERS = Array.from({ length: 23 }, (_, digits) => Number(`1e${digits}`));

/** Nine digits are more than a voltmeter has. */
export function short(value: number): number {
  const size = Math.abs(value);
  const digits = 8 - Math.floor(Math.log10(size));
  // The same as by text, in a twentieth of the time: both numbers are exact, and so their quotient is the nearest double.
  if (digits >= 0 && digits < POWERS.length) {
    const power = POWERS[digits]!;
    const scaled = size * power;
    const whole = Math.round(scaled);
    // Not where the product, which is not exact, could have been rounded to the other side.
    if (whole > 1e8 && whole < 1e9 && Math.abs(scaled - whole) < 0.499) {
      return value < 0 ? -whole / power : whole / power;
    }
  }
  return Number(value.toPrecision(9));
}

/**
 * Functions whose last bit Math leaves to each engine and version (ECMA-262, section 21.3.2), from nothing but + - * /, which IEEE 754 fixes.
 * Whatever ends up in bytes or in truth uses these: the same seed gives the same bytes on any machine. Errors stay below 1e-12.
 */

const LN2 = 0.6931471805599453;

/** Natural logarithm of x > 0. */
export function ln(x: number): number {
  if (!(x > 0) || x === Infinity) return x === 0 ? -Infinity : x === Infinity ? Infinity : NaN;
  let mantissa = x;
  let exponent = 0;
  for (; mantissa > 1.4142135623730951; exponent++) mantissa *= 0.5;
  for (; mantissa < 0.7071067811865476; exponent--) mantissa *= 2;
  // ln m = 2 artanh((m - 1) / (m + 1)), and the argument is at most 0.172.
  const s = (mantissa - 1) / (mantissa + 1);
  const q = s * s;
  const series =
    1 + q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9 + q * (1 / 11 + q * (1 / 13 + q * (1 / 15 + q / 17)))))));
  return exponent * LN2 + 2 * s * series;
}

/** e to the power of x. */
export function exp(x: number): number {
  if (x > 700) return Infinity;
  if (x < -700) return 0;
  let steps = Math.round(x / LN2);
  const r = x - steps * LN2;
  let sum = 1;
  for (let term = 14; term > 0; term--) sum = 1 + (r * sum) / term;
  for (; steps > 0; steps--) sum *= 2;
  for (; steps < 0; steps++) sum *= 0.5;
  return sum;
}

/** base to the power of exponent, for base > 0. */
export function power(base: number, exponent: number): number {
  return exp(exponent * ln(base));
}

/** Sine of an angle given in turns: 0.25 is 90 degrees. */
export function sineOfTurns(turns: number): number {
  let t = turns - Math.floor(turns);
  let sign = 1;
  if (t >= 0.5) {
    t -= 0.5;
    sign = -1;
  }
  if (t > 0.25) t = 0.5 - t;
  const x = t * 6.283185307179586;
  const q = x * x;
  let sum = 1;
  for (let n = 20; n > 0; n -= 2) sum = 1 - (q * sum) / (n * (n + 1));
  return sign * x * sum;
}

/** Cosine of an angle given in turns. */
export function cosineOfTurns(turns: number): number {
  return sineOfTurns(turns + 0.25);
}

/** A number from 0 to 1 that belongs to a whole number and a seed: always the same, whatever was asked before. */
export function lattice(seed: number, index: number): number {
  let hash = Math.imul((index | 0) ^ seed, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15) ^ seed, 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae3d);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4294967296;
}

/** Standard deviation of what is read between two independent uniform numbers, on average. */
const DEVIATION = 0.2488;

/** A smooth random curve over x with mean 0 and deviation 1, within ±2.01; what is further apart than 2 is independent. */
export function noise(seed: number, x: number): number {
  const index = Math.floor(x);
  const t = x - index;
  const from = lattice(seed, index);
  const to = lattice(seed, index + 1);
  return (from + (to - from) * t * t * (3 - 2 * t) - 0.5) / DEVIATION;
}

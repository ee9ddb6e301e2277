import { distanceM, type Position } from './position.ts';

/** Groups of places, each within `nearM` of another of its group, as lists of indices. */
export function clustersOf(places: readonly Position[], nearM: number): number[][] {
  const clusters: number[][] = [];
  const left = new Set(places.keys());
  while (left.size > 0) {
    const [first] = left;
    const cluster = [first!];
    left.delete(first!);
    // Grows while it is walked through.
    for (const member of cluster) {
      for (const other of left) {
        if (distanceM(places[member]!, places[other]!) > nearM) continue;
        cluster.push(other);
        left.delete(other);
      }
    }
    clusters.push(cluster.sort((a, b) => a - b));
  }
  return clusters;
}

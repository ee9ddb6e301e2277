/** The words most like `word`, best first: those it is a part of, then those few edits away. */
export function nearest(word: string, words: readonly string[], limit = 3): string[] {
  const wanted = word.toLowerCase().slice(0, 100);
  const distance = (other: string) => (other.includes(wanted) || wanted.includes(other) ? 0 : edits(wanted, other));
  return words
    .map((other) => ({ other, distance: distance(other.toLowerCase()) }))
    .filter((candidate) => candidate.distance <= Math.max(2, wanted.length / 2))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map(({ other }) => other);
}

/** Levenshtein distance. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

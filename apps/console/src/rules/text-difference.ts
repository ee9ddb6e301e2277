export interface DifferentLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
  /** From 1; null: it is not in that text. */
  readonly oldLine: number | null;
  readonly newLine: number | null;
}

/** Beyond this many lines that differ, they are shown as all removed and all added: nobody reads more. */
const MOST_LINES = 2_000;

/** How one text becomes another, line by line, with as few changes as there can be. */
export function differenceOf(old: string, fresh: string): readonly DifferentLine[] {
  const [a, b] = [linesOf(old), linesOf(fresh)];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const lines: DifferentLine[] = [];
  let [i, j] = [0, 0];
  const same = () => lines.push({ kind: 'same', text: a[i]!, oldLine: ++i, newLine: ++j });
  const removed = () => lines.push({ kind: 'removed', text: a[i]!, oldLine: ++i, newLine: null });
  const added = () => lines.push({ kind: 'added', text: b[j]!, oldLine: null, newLine: ++j });
  while (i < head) same();
  const [endA, endB] = [a.length - tail, b.length - tail];
  const common = commonTails(a.slice(head, endA), b.slice(head, endB));
  while (i < endA || j < endB) {
    const [p, q] = [i - head, j - head];
    if (i < endA && j < endB && a[i] === b[j] && common) same();
    else if (j >= endB || (i < endA && (!common || common[p + 1]![q]! >= common[p]![q + 1]!))) removed();
    else added();
  }
  while (i < a.length) same();
  return lines;
}

/** How many lines the ends of two texts have in common from each pair of lines on; null: too many to know. */
function commonTails(a: readonly string[], b: readonly string[]): Uint16Array[] | null {
  if (a.length > MOST_LINES || b.length > MOST_LINES) return null;
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i]![j] = a[i] === b[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
    }
  }
  return table;
}

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

import type { ErrorCode } from 'yaml';

/** Why a text is no YAML, as the parser tells it apart. */
export type ParserCode = ErrorCode;

/** What is wrong in a file that people write, with the place where a person has to look. */
export interface FileProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column?: number;
  /** Where in the document, e.g. `rules[2].job.due`. Empty for the document as a whole. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  /** Of the YAML parser, whose words `found` are then. */
  readonly parserCode?: ParserCode;
}

/** `rules/bins.yaml:12: rules[0].when: expected …, found …` */
export function describeProblem({ file, line, path, expected, found }: FileProblem): string {
  return `${file}:${line}: ${path === '' ? '' : `${path}: `}expected ${expected}, found ${found}`;
}

/** How a value is shown in a problem: short, on one line. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a mapping';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** The candidate that was probably meant, if one is close enough. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 60) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}

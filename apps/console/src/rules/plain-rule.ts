import type { Severity, Text } from '../api/types.ts';

/** A rule as it is written. What comes from a draft may be wrong in any way, so that everything is asked for. */
export type PlainRule = Readonly<Record<string, unknown>>;

export function mappingIn(value: unknown): PlainRule {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as PlainRule) : {};
}

export function listIn(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  return value === undefined || value === null ? [] : [value];
}

export function textIn(value: unknown): string | null {
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : null;
}

export function titleIn(value: unknown): Text | null {
  const { de, en } = mappingIn(value);
  return typeof de === 'string' && typeof en === 'string' ? { de, en } : null;
}

const KNOWN: readonly string[] = ['critical', 'major', 'minor', 'warning'];

export function severityIn(value: unknown): Severity | null {
  return typeof value === 'string' && KNOWN.includes(value) ? (value as Severity) : null;
}

/** The names in a condition, in their order, each once. */
export function namesIn(conditions: readonly (string | null)[]): readonly string[] {
  const names = conditions.flatMap(
    (condition) => condition?.replace(/'[^']*'|"[^"]*"/g, '').match(/[A-Za-z_]\w*/g) ?? [],
  );
  return [...new Set(names)];
}

/** The parts of a condition of which one is enough: what stands between `||` outside of brackets and texts. */
export function alternativesOf(condition: string): readonly string[] {
  const parts: string[] = [];
  let [depth, from, quote] = [0, 0, ''];
  for (let at = 0; at < condition.length; at++) {
    const sign = condition[at]!;
    if (quote !== '') {
      if (sign === '\\') at++;
      else if (sign === quote) quote = '';
    } else if (sign === "'" || sign === '"') quote = sign;
    else if ('([{'.includes(sign)) depth++;
    else if (')]}'.includes(sign)) depth--;
    // The branches of `? :` are no alternatives.
    else if (sign === '?' && depth === 0) return [condition.trim()];
    else if (depth === 0 && condition.startsWith('||', at)) {
      parts.push(condition.slice(from, at));
      from = ++at + 1;
    }
  }
  return [...parts, condition.slice(from)].map((part) => part.trim());
}

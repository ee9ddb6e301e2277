import { Fault } from '@stadtfunk/kernel';
import type { Page } from '@stadtfunk/readings';

/** A page of a list in memory; the cursor is the key of the last item. */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { limit, after }: { readonly limit: number; readonly after?: string },
): Page<T> {
  const start = after === undefined ? 0 : items.findIndex((item) => keyOf(item) === after) + 1;
  if (after !== undefined && start === 0) throw new Fault('cursor.invalid', 'no such cursor', false);
  const shown = items.slice(start, start + limit);
  const last = shown.at(-1);
  return { items: shown, next: last !== undefined && start + limit < items.length ? keyOf(last) : null };
}

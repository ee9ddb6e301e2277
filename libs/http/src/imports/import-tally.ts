import { OUTCOMES, type Outcome } from './columns.ts';
import type { ImportPlan, PlannedRow } from './plan-import.ts';

const SHOWN_ROWS = 500;
/** What is shown first. */
const ORDER: readonly Outcome[] = ['error', 'changed', 'new', 'unchanged'];

/** What the rows of a file come to: their counts, and as many of them as are shown. */
export class ImportTally {
  readonly #counts = { rows: 0, new: 0, changed: 0, unchanged: 0, error: 0 };
  readonly #shown = new Map<Outcome, PlannedRow[]>(OUTCOMES.map((outcome) => [outcome, []]));

  add({ rows }: ImportPlan): void {
    this.#counts.rows += rows.length;
    for (const row of rows) {
      this.#counts[row.outcome]++;
      const shown = this.#shown.get(row.outcome)!;
      if (shown.length < SHOWN_ROWS) shown.push(row);
    }
  }

  get counts() {
    return { ...this.#counts };
  }

  get shown() {
    const rows = ORDER.flatMap((outcome) => this.#shown.get(outcome)!).slice(0, SHOWN_ROWS);
    return rows.map(({ line, id, outcome, changes, errors }) => {
      return { line, id, outcome, changes: changes.map((change) => ({ ...change })), errors: [...errors] };
    });
  }
}

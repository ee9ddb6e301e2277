/** Wrong passwords without a right one between them that make an origin a suspect: a carrier's address has its share of old ones. */
const WRONG_IN_A_ROW = 10;
/** Origins that are remembered; the one that was quiet longest gives way. */
const MAX_ORIGINS = 10_000;

/** Origins from which only wrong passwords come. */
export class Suspects {
  readonly #wrongInARow = new Map<string, number>();

  has(origin: string): boolean {
    return (this.#wrongInARow.get(origin) ?? 0) >= WRONG_IN_A_ROW;
  }

  /** A password from there was right, or wrong. */
  note(origin: string, isRight: boolean): void {
    const wrong = this.#wrongInARow.get(origin) ?? 0;
    this.#wrongInARow.delete(origin);
    if (isRight) return;
    this.#wrongInARow.set(origin, wrong + 1);
    if (this.#wrongInARow.size <= MAX_ORIGINS) return;
    for (const oldest of this.#wrongInARow.keys()) {
      this.#wrongInARow.delete(oldest);
      return;
    }
  }
}

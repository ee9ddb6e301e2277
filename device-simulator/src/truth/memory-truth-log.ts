import { TruthLog, type Incident, type IncidentKind } from './incident.ts';

/** The truth of a run in memory, for an exam or a file. */
export class MemoryTruthLog extends TruthLog {
  readonly #open = new Map<string, number>();
  readonly #over: Incident[] = [];

  override begin(kind: IncidentKind, subject: string, at: number): void {
    const key = `${kind} ${subject}`;
    if (!this.#open.has(key)) this.#open.set(key, at);
  }

  override end(kind: IncidentKind, subject: string, at: number): void {
    const key = `${kind} ${subject}`;
    const from = this.#open.get(key);
    if (from === undefined) return;
    this.#open.delete(key);
    // What ends when it begins has not been.
    if (at > from) this.#over.push({ kind, subject, from, to: at });
  }

  /** Everything so far, in the order in which it began. What is still so has no end. */
  get incidents(): readonly Incident[] {
    const open = [...this.#open].map(([key, from]): Incident => {
      const [kind, ...subject] = key.split(' ');
      return { kind: kind as IncidentKind, subject: subject.join(' '), from, to: null };
    });
    return [...this.#over, ...open].sort(
      (a, b) => a.from - b.from || compareText(a.subject, b.subject) || compareText(a.kind, b.kind),
    );
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import { TruthLog, type IncidentKind } from '../../truth/incident.ts';

/** Keeps what things write, as `[kind, 'begins' | 'ends', at]`. */
export class WrittenTruth extends TruthLog {
  readonly lines: (readonly [IncidentKind, 'begins' | 'ends', number])[] = [];

  begin(kind: IncidentKind, _subject: string, at: number): void {
    this.lines.push([kind, 'begins', at]);
  }

  end(kind: IncidentKind, _subject: string, at: number): void {
    this.lines.push([kind, 'ends', at]);
  }

  of(kind: IncidentKind): readonly (readonly ['begins' | 'ends', number])[] {
    return this.lines.filter(([written]) => written === kind).map(([, what, at]) => [what, at]);
  }
}

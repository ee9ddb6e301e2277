import { fail, ok, type Result } from '@stadtfunk/kernel';
import { INCIDENT_KINDS, type Incident } from './incident.ts';

/*
 * A truth file is text, one JSON document a line: a header, then what was so, in the order in which it began. docs/scenarios.md has
 * the fields. Lines of other types are for others and are passed over.
 */

export const TRUTH_VERSION = 1;

/** What a truth is about. Times are UTC ms. */
export interface TruthHeader {
  readonly scenario: string;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly devices: number;
}

export interface Truth {
  readonly header: TruthHeader;
  readonly incidents: readonly Incident[];
}

const iso = (time: number) => new Date(time).toISOString();

/** The lines of a truth file, each with its end. */
export function* truthLines({ header, incidents }: Truth): Generator<string> {
  const { scenario, seed, from, to, devices } = header;
  const first = { type: 'truth', version: TRUTH_VERSION, scenario, seed, from: iso(from), to: iso(to), devices };
  yield `${JSON.stringify(first)}\n`;
  for (const { kind, subject, from, to } of incidents) {
    yield `${JSON.stringify({ type: 'incident', kind, subject, from: iso(from), to: to === null ? null : iso(to) })}\n`;
  }
}

/** What was so until a moment: of a run that was broken off there. */
export function truthUntil({ header, incidents }: Truth, to: number): Truth {
  const begun = incidents.filter(({ from }) => from < to);
  const until = begun.map((incident) =>
    incident.to !== null && incident.to > to ? { ...incident, to: null } : incident,
  );
  return { header: { ...header, to }, incidents: until };
}

/** Reads a truth file. Error `truth.invalid` with the number of the line. */
export function readTruth(lines: Iterable<string>): Result<Truth> {
  let header: TruthHeader | undefined;
  const incidents: Incident[] = [];
  let number = 0;
  for (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    const wrong = (detail: string) => fail('truth.invalid', `line ${number}: ${detail}`);
    const document = parsed(line);
    if (document === undefined) return wrong('not a JSON document');
    if (!header) {
      header = headerOf(document);
      if (!header) return wrong(`not the header of a truth file of version ${TRUTH_VERSION}`);
    } else if (document['type'] === 'incident') {
      const incident = incidentOf(document);
      if (!incident) return wrong('not an incident with kind, subject, from and to');
      if (incident.from < (incidents.at(-1)?.from ?? -Infinity)) return wrong('it began before the one above');
      incidents.push(incident);
    }
  }
  return header ? ok({ header, incidents }) : fail('truth.invalid', 'there is no header');
}

type Document = Readonly<Record<string, unknown>>;

function parsed(line: string): Document | undefined {
  try {
    const document: unknown = JSON.parse(line);
    return typeof document === 'object' && document !== null ? (document as Document) : undefined;
  } catch {
    return undefined;
  }
}

function headerOf({ type, version, scenario, seed, from, to, devices }: Document): TruthHeader | undefined {
  const [begin, end] = [momentOf(from), momentOf(to)];
  if (type !== 'truth' || version !== TRUTH_VERSION || begin === undefined || end === undefined) return undefined;
  if (typeof scenario !== 'string' || typeof seed !== 'number' || typeof devices !== 'number') return undefined;
  return { scenario, seed, from: begin, to: end, devices };
}

function incidentOf({ kind, subject, from, to }: Document): Incident | undefined {
  const known = INCIDENT_KINDS.find((each) => each === kind);
  const begin = momentOf(from);
  const end = to === null ? null : momentOf(to);
  if (!known || typeof subject !== 'string' || begin === undefined || end === undefined) return undefined;
  return end !== null && end <= begin ? undefined : { kind: known, subject, from: begin, to: end };
}

function momentOf(text: unknown): number | undefined {
  const time = typeof text === 'string' ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? undefined : time;
}

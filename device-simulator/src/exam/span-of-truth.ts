import type { Incident, IncidentKind } from '../truth/incident.ts';

/** An incident as the exam counts it. */
export type SpanOfTruth = Incident;

const HOUR_MS = 3_600_000;

/**
 * By day nobody can say that a lamp is dark, and by night not that it burns by day: what is so again when it can be told, has been so. And
 * who is silent for another reason from the same moment on, has been silent.
 */
const SAME_WITHIN_MS: Readonly<Partial<Record<IncidentKind, number>>> = {
  'device.silent': 0,
  'lamp.dark': 20 * HOUR_MS,
  'lamp.dayBurner': 20 * HOUR_MS,
  'lamp.cycling': 20 * HOUR_MS,
};

/** Incidents of one subject, with those joined that are one. In the order in which they began. */
export function spansOf(incidents: readonly Incident[]): readonly SpanOfTruth[] {
  const spans: Incident[] = [];
  const last = new Map<string, number>();
  for (const incident of incidents) {
    const key = `${incident.kind} ${incident.subject}`;
    const place = last.get(key);
    const before = place === undefined ? undefined : spans[place]!;
    const withinMs = SAME_WITHIN_MS[incident.kind] ?? -1;
    if (before && before.to !== null && incident.from - before.to <= withinMs) {
      spans[place!] = { ...before, to: incident.to };
    } else {
      last.set(key, spans.length);
      spans.push(incident);
    }
  }
  return spans;
}

import { createHash } from 'node:crypto';
import type { JobPriority, JobState } from '@stadtfunk/maintenance';
import { TIME_FACTS, type Fact, type Facts, type FactName } from './facts.ts';
import { putAt } from './json-pointer.ts';
import type { Constant, FactFormat, FieldPlan, FieldValue, TargetPlan } from './plan.ts';

export type Body = Readonly<Record<string, unknown>>;

/** The fields of a plan for one job. */
export function bodyOf(fields: readonly FieldPlan[], facts: Facts): Body {
  const body: Record<string, unknown> = {};
  for (const { name, value } of fields) putAt(body, name, valueOf(value, facts));
  return body;
}

/** Later ones win; objects within are joined. */
export function joined(...bodies: readonly Body[]): Body {
  const body: Record<string, unknown> = {};
  for (const each of bodies) {
    for (const [name, value] of Object.entries(each)) {
      const before = body[name];
      body[name] = isObject(before) && isObject(value) ? joined(before, value) : value;
    }
  }
  return body;
}

export function stateBody({ state }: TargetPlan, jobState: JobState, facts: Facts): Body {
  const { value, with: more } = state.out[jobState];
  const body: Record<string, unknown> = {};
  putAt(body, state.field, value);
  return joined(body, bodyOf(more, facts));
}

export function priorityBody({ priority }: TargetPlan, jobPriority: JobPriority): Body {
  if (!priority) return {};
  const body: Record<string, unknown> = {};
  putAt(body, priority.field, priority.out[jobPriority]);
  return body;
}

/** Tells whether a body is the one that was sent before. */
export function digestOf(body: Body): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('base64url');
}

function valueOf(value: FieldValue, facts: Facts): unknown {
  switch (value.kind) {
    case 'constant':
      return value.value;
    case 'text': {
      const text = value.parts.map((part) => ('text' in part ? part.text : textOf(part.fact, facts[part.fact], 'iso')));
      return cut(text.join(''), value.longest);
    }
    case 'fact': {
      const { fact, as, map, otherwise, longest } = value;
      const given = facts[fact];
      if (map) return mapped(map, given, otherwise);
      if (given === null) return otherwise;
      if (as === null && !TIME_FACTS.includes(fact)) return typeof given === 'string' ? cut(given, longest) : given;
      if (as === 'seconds') return Math.floor(Number(given) / 1_000);
      if (as === 'milliseconds') return given;
      return cut(textOf(fact, given, as ?? 'iso'), longest);
    }
  }
}

function mapped(map: Readonly<Record<string, Constant>>, given: Fact, otherwise: Constant): Constant {
  const word = String(given);
  return given !== null && Object.hasOwn(map, word) ? map[word]! : otherwise;
}

function textOf(name: FactName, fact: Fact, as: FactFormat): string {
  if (fact === null) return '';
  if (typeof fact === 'object') return fact.join(', ');
  if (!TIME_FACTS.includes(name)) return String(fact);
  const iso = new Date(Number(fact)).toISOString();
  // What ServiceNow takes for a moment in UTC.
  return as === 'utc' ? iso.slice(0, 19).replace('T', ' ') : iso;
}

/** Whole characters: half of one is no text. */
function cut(text: string, longest: number | null): string {
  const characters = longest === null || text.length <= longest ? null : [...text];
  return characters && characters.length > longest! ? `${characters.slice(0, longest! - 1).join('')}…` : text;
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

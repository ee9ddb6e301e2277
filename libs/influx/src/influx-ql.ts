import type { QuantityName, Subject } from '@stadtfunk/readings';
import { MEASUREMENT } from './line-protocol.ts';
import { tagTextOf } from './tag-value.ts';

/** What an InfluxDB timestamp (ns in 64 bits) can hold, in ms. */
const FARTHEST_MS = 9_223_372_036_854;
/** Below every possible number; InfluxQL knows no exponents. */
const LOWEST = '-1000000000000000';

export function quotedName(name: string): string {
  return `"${escaped(name, '"')}"`;
}

export function quotedText(text: string): string {
  return `'${escaped(text, "'")}'`;
}

/** A condition on the tag of an id. */
export function isId(tag: 'assetId' | 'deviceId', id: string): string {
  return `"${tag}" = ${quotedText(tagTextOf(id))}`;
}

export function isSubject(subject: Subject): string {
  return 'assetId' in subject ? isId('assetId', subject.assetId) : isId('deviceId', subject.deviceId);
}

/** From `from` to before `to`, UTC ms. */
export function isWithin(from: number, to: number): string {
  return `time >= ${clampedMs(from)}ms and time < ${clampedMs(to)}ms`;
}

/** That a point has any of these fields: a comparison with one that it has not is false. */
export function hasAnyOf(names: readonly QuantityName[], isFlag: (name: QuantityName) => boolean): string {
  const has = (name: QuantityName) =>
    isFlag(name) ? `"${name}" = true or "${name}" = false` : `"${name}" >= ${LOWEST}`;
  return `(${names.map(has).join(' or ')})`;
}

export function selectOf(columns: readonly string[], conditions: readonly string[], rest: string): string {
  const names = columns.map((column) => `"${column}"`).join(', ');
  return `select ${names} from "${MEASUREMENT}" where ${conditions.join(' and ')} ${rest}`;
}

const clampedMs = (time: number): number => Math.ceil(Math.min(Math.max(time, -FARTHEST_MS), FARTHEST_MS));

const escaped = (text: string, quote: string): string =>
  text.replace(/[\n\\'"]/g, (mark) => (mark === '\n' ? '\\n' : mark === '\\' || mark === quote ? `\\${mark}` : mark));

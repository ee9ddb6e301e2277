import { durationMs } from '@stadtfunk/kernel';
import { isAbsent, valueOf, type Spot, type YamlReader } from './yaml-reader.ts';
import { nearest, shown } from './problem.ts';

/** Readers of single fields: each gives the value, or notes a problem and gives undefined. */

export function readText(reader: YamlReader, spot: Spot, expected = 'a text'): string | undefined {
  const value = valueOf(spot);
  if (typeof value === 'string' && value.trim() !== '') return value;
  reader.problem(spot, expected);
  return undefined;
}

export function readPattern(reader: YamlReader, spot: Spot, pattern: RegExp, expected: string): string | undefined {
  const value = valueOf(spot);
  if (typeof value === 'string' && pattern.test(value)) return value;
  reader.problem(spot, expected);
  return undefined;
}

export function readOneOf<T extends string>(reader: YamlReader, spot: Spot, options: readonly T[]): T | undefined {
  const value = valueOf(spot);
  const match = options.find((option) => option === value);
  if (match !== undefined) return match;
  const close = typeof value === 'string' ? nearest(value, options) : undefined;
  const hint = close === undefined ? '' : ` (did you mean '${close}'?)`;
  reader.problem(spot, options.length === 0 ? 'nothing: none is defined' : `one of ${options.join(', ')}${hint}`);
  return undefined;
}

export function readCount(reader: YamlReader, spot: Spot, least: number, most: number): number | undefined {
  const value = valueOf(spot);
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  reader.problem(spot, `a whole number from ${least} to ${most}`);
  return undefined;
}

export const DURATION = 'an ISO 8601 duration such as PT10M or P7D (no months or years)';

export function readDuration(reader: YamlReader, spot: Spot, expected = DURATION): number | undefined {
  const value = valueOf(spot);
  const ms = typeof value === 'string' ? durationMs(value) : undefined;
  if (ms === undefined) reader.problem(spot, expected);
  return ms;
}

/** German and English; both are needed, because the console speaks both. */
export function readTitle(reader: YamlReader, spot: Spot): { readonly de: string; readonly en: string } | undefined {
  const fields = reader.fields(spot, ['de', 'en']);
  if (!fields) return undefined;
  const de = readText(reader, fields.de, 'a German text');
  const en = readText(reader, fields.en, 'an English text');
  return de === undefined || en === undefined ? undefined : { de, en };
}

/** One text or a list of texts; null where nothing stands. */
export function readNames<T extends string>(
  reader: YamlReader,
  spot: Spot,
  options: readonly T[] | null,
): readonly T[] | null | undefined {
  if (isAbsent(spot)) return null;
  const spots = reader.items(spot) ?? [spot];
  if (spots.length === 0) {
    reader.problem(spot, 'at least one name', 'an empty list');
    return undefined;
  }
  const names = spots.map((item) =>
    options === null ? (readText(reader, item, 'a name') as T | undefined) : readOneOf(reader, item, options),
  );
  return names.every((name) => name !== undefined) ? names : undefined;
}

/** Notes keys that have no meaning beside another one. */
export function refuse(reader: YamlReader, spots: readonly Spot[], beside: string): void {
  for (const spot of spots) {
    if (isAbsent(spot)) continue;
    const key = spot.path.split('.').at(-1)!;
    reader.problem(spot, `no '${key}' beside '${beside}'`, shown(valueOf(spot)));
  }
}

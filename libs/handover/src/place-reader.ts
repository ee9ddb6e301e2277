import { isAbsent, valueOf, type Spot, type YamlReader } from '@stadtfunk/yaml';
import { isPointer } from './json-pointer.ts';
import type { RestList } from './plan.ts';

/** @param placeholders which `{name}` it must have */
export function readUrl(
  reader: YamlReader,
  spot: Spot,
  placeholders: readonly string[],
  insecure: boolean,
  more: readonly string[] = [],
): string | undefined {
  const text = valueOf(spot);
  const url = typeof text === 'string' && text.length <= 2_000 && URL.canParse(text) ? new URL(text) : undefined;
  // Without the text: people put tokens into URLs.
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.hash !== '') {
    reader.problem(spot, 'an https URL without user, password and #', 'something else');
    return undefined;
  }
  if (url.protocol === 'http:' && !insecure && !/^(?:localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(url.hostname)) {
    reader.problem(spot, "https: without TLS nothing leaves this machine, unless 'insecure: true' allows it", 'http');
    return undefined;
  }
  const names = [...String(text).matchAll(/\{(\w*)\}/g)].map(([, name = '']) => name);
  const strange = names.find((name) => ![...placeholders, ...more].includes(name));
  const missing = placeholders.find((name) => !names.includes(name));
  if (strange !== undefined || missing !== undefined || /[{}]/.test(url.origin)) {
    const expected = [...placeholders, ...more].map((name) => `{${name}}`).join(', ');
    reader.problem(spot, expected === '' ? 'a URL without {…}' : `a URL with ${expected}`, 'another');
    return undefined;
  }
  return String(text);
}

export function readList(
  reader: YamlReader,
  spot: Spot,
  placeholders: readonly string[],
  more: readonly string[],
  insecure: boolean,
): RestList | undefined {
  const spots = reader.fields(spot, LIST_KEYS);
  return spots && readListAt(reader, spots, placeholders, more, insecure);
}

export const LIST_KEYS = ['url', 'items', 'next'] as const;

export function readListAt(
  reader: YamlReader,
  spots: Readonly<Record<(typeof LIST_KEYS)[number], Spot>>,
  placeholders: readonly string[],
  more: readonly string[],
  insecure: boolean,
): RestList | undefined {
  const url = readUrl(reader, spots.url, placeholders, insecure, more);
  const items = isAbsent(spots.items) ? '' : readPointer(reader, spots.items);
  const next = isAbsent(spots.next) ? null : readPointer(reader, spots.next);
  return url === undefined || items === undefined || next === undefined ? undefined : { url, items, next };
}

export function readPointer(reader: YamlReader, spot: Spot): string | undefined {
  const value = valueOf(spot);
  if (typeof value === 'string' && isPointer(value)) return value;
  reader.problem(spot, 'a JSON Pointer such as /ticket/id');
  return undefined;
}

/*
 * Line protocol has no way to write a line break or a backslash at the end of a tag value, and its versions disagree about
 * backslashes elsewhere. Such characters, and what no UTF-8 text can hold, are written as `%` and their UTF-16 code unit.
 */
const SAFE = /^[\w.:@/+-]+$/;
const UNWRITABLE = /[\p{Cc}\p{Cs}\\%]/gu;
const EMPTY = '%';

/** An id as the text of a tag, before the escapes of line protocol or InfluxQL. Every id has exactly one. */
export function tagTextOf(id: string): string {
  if (SAFE.test(id)) return id;
  return id === '' ? EMPTY : id.replace(UNWRITABLE, hexOf);
}

/** The id that a tag's text stands for. */
export function idOfTagText(text: string): string {
  if (text === EMPTY) return '';
  if (!text.includes('%')) return text;
  return text.replace(/%([0-9A-F]{4})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** Whether a tag's text, escaped or not, is the id itself. */
export function isPlain(id: string): boolean {
  return SAFE.test(id);
}

/** A tag value in line protocol. */
export function tagValueOf(id: string): string {
  return SAFE.test(id) ? id : tagTextOf(id).replace(/[ ,=]/g, '\\$&');
}

const hexOf = (unit: string): string => `%${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;

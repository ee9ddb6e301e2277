import { fail, messageOf, ok, type Result } from '@stadtfunk/kernel';

/** Far above any real report, and small enough that parsing one cannot hold up the others. */
const MAX_JSON_BYTES = 65_536;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The text of a payload, or why it is none. A byte order mark and trailing NULs are dropped. */
export function textBody(payload: Uint8Array): Result<string> {
  if (payload.length > MAX_JSON_BYTES) {
    return fail('payload.tooLarge', `${payload.length} bytes, at most ${MAX_JSON_BYTES}`);
  }
  let end = payload.length;
  while (end > 0 && payload[end - 1] === 0) end--;
  if (end === 0) return fail('payload.empty', 'no bytes');
  let text: string;
  try {
    text = utf8.decode(end === payload.length ? payload : payload.subarray(0, end));
  } catch {
    return fail('payload.notUtf8', 'bytes that are not UTF-8');
  }
  return text.trim() === '' ? fail('payload.empty', 'blank text') : ok(text);
}

/** What a JSON text says. `JSON.parse` is not recursive, so depth is bounded by size; callers read known keys only. */
export function parseJson(text: string): Result<unknown> {
  try {
    return ok(JSON.parse(text) as unknown);
  } catch (thrown) {
    return fail('payload.notJson', messageOf(thrown).slice(0, 120));
  }
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own property, so that `__proto__`, `constructor` and the like are never read from a prototype. */
export function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Text from a device as a detail of an error: short, and printable. */
export function shown(text: string): string {
  let clean = '';
  for (let index = 0; index < text.length && index < 40; index++) {
    const code = text.charCodeAt(index);
    clean += code >= 0x20 && code < 0x7f ? text[index]! : '?';
  }
  return text.length > 40 ? `${clean}…` : clean;
}

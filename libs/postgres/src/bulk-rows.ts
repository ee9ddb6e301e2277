/** What PostgreSQL refuses in text: U+0000, and halves of surrogate pairs, which JSON.stringify escapes. */
const UNSTORABLE = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

/**
 * Rows as one parameter, for `json_to_recordset($1::json)`: of the ways to hand over thousands of rows the one that
 * costs the calling thread least, at the same price for the server as `unnest` over arrays. Characters that cannot
 * be stored (a hostile payload may bring them) become U+FFFD.
 */
export function bulkRows(rows: readonly object[]): string {
  return storable(JSON.stringify(rows));
}

/** The same from rows that are JSON text already: what is kept as JSON is neither escaped nor parsed on its way. */
export function bulkRowsOf(rows: readonly string[]): string {
  return storable(`[${rows.join()}]`);
}

function storable(text: string): string {
  return text.includes('\\u') ? text.replace(UNSTORABLE, '$1\\ufffd') : text;
}

/** Bytes for `decode(…, 'base64')`. */
export function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** SQL for a moment that travels as UTC ms in a column of a record set. */
export const moment = (column: string): string => `to_timestamp(${column} / 1000.0)`;

export type CsvValue = string | number | null;

/**
 * A table as RFC 4180 has it, but for the separator: semicolons, with a byte order mark and decimal commas, is what a German
 * Excel opens with a double click. Text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV
 * injection).
 */
export function csvOf(rows: readonly (readonly CsvValue[])[]): string {
  return `\ufeff${rows.map((row) => row.map(field).join(';')).join('\r\n')}\r\n`;
}

function field(value: CsvValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value).replace('.', ',');
  const safe = /^[\s\u0000-\u001f]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/u.test(value) ? `'${value}` : value;
  return /[;"\r\n,]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

import { sql, type SQL } from 'drizzle-orm';

/** What a server does not know in whose locale only ASCII has cases, as in `C`: À to Þ, without the sign of multiplication between. */
const CAPITALS = Array.from({ length: 0xdf - 0xc0 }, (_, index) => String.fromCharCode(0xc0 + index))
  .join('')
  .replace('×', '');

/** Whether one of these texts holds what is sought, in capitals or not. */
export function anyHolds(texts: readonly SQL[], sought: string): SQL {
  const pattern = `%${sought.toLowerCase().replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  // A line's end between them, so that nothing is found that stands in none of them.
  return sql`lower(translate(concat_ws(e'\\n', ${sql.join([...texts], sql`, `)}), ${CAPITALS}, ${CAPITALS.toLowerCase()})) like ${pattern}`;
}

import { DEFAULT_DEPARTMENT } from '@stadtfunk/devices';
import { sql } from 'drizzle-orm';

/** Arms of a `case` over an asset's type: whose it is where it names no department. */
export const OWNERS = sql.raw(
  Object.entries(DEFAULT_DEPARTMENT)
    .map(([type, name]) => `when '${type}' then '${name}'`)
    .join(' '),
);

import type { Grouping } from '@stadtfunk/maintenance';
import { sql, type SQL } from 'drizzle-orm';
import type { Writer } from './writer.ts';

/**
 * How many could be members of a group: devices in service with the same in common, on assets of the same type as the asset of
 * a member.
 */
export async function countMembers(
  tx: Writer,
  grouping: Pick<Grouping, 'by' | 'value'>,
  ofAsset: string | null,
): Promise<number> {
  const { rows } = await tx.execute<{ total: string }>(sql`
    select count(*) as total from devices d
    left join bindings b on b.device_id = d.device_id and b.unbound_at is null
    left join assets a on a.asset_id = b.asset_id
    where d.lifecycle = 'active' and ${hasInCommon(grouping)}
      and (${ofAsset}::text is null or a.type = (select type from assets where asset_id = ${ofAsset}))`);
  return Number(rows[0]?.total ?? 0);
}

/** The counterpart of `groupingOf` of the rules. */
function hasInCommon({ by, value }: Pick<Grouping, 'by' | 'value'>): SQL {
  const attribute = (name: string) => sql`a.attributes ->> ${name}::text`;
  switch (by) {
    case 'cabinet':
      return sql`${attribute('refStreetlightControlCabinet')} = ${value}`;
    case 'circuit':
      return sql`concat(${attribute('refStreetlightControlCabinet')}, '/', ${attribute('circuit')}) = ${value}`;
    case 'radioCell':
      return sql`${attribute('radioCell')} = ${value}`;
    case 'district':
      return sql`a.district = ${value}`;
    case 'model':
      return sql`d.model = ${value}`;
    case 'firmware':
      return sql`concat(d.model, ' ', ${attribute('firmwareVersion')}) = ${value}`;
  }
}

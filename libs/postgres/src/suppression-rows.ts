import type { MaintenanceWindow, Shelf, ShelfScope } from '@stadtfunk/maintenance';
import type { alertShelves, maintenanceWindows } from './schema.ts';

const msOf = (time: Date | null): number | null => time?.getTime() ?? null;

export function shelfOf(row: typeof alertShelves.$inferSelect): Shelf {
  return {
    ...row,
    scope: row.scope as ShelfScope,
    since: row.since.getTime(),
    until: row.until.getTime(),
    endedAt: msOf(row.endedAt),
  };
}

export function windowOf(row: typeof maintenanceWindows.$inferSelect): MaintenanceWindow {
  const { assetIds, cabinetId, district, ruleId, ...same } = row;
  return {
    ...same,
    scope: { assetIds, cabinetId, district, ruleId },
    startsAt: row.startsAt.getTime(),
    endsAt: row.endsAt.getTime(),
    createdAt: row.createdAt.getTime(),
    endedAt: msOf(row.endedAt),
  };
}

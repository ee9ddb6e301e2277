import {
  isInWindow,
  isShelved,
  shelfEnd,
  windowEnd,
  type MaintenanceWindow,
  type Shelf,
  type Suppression,
  type WindowFacts,
} from '@stadtfunk/maintenance';
import { and, gt, inArray, isNull, lte, or } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { alertShelves, assets, maintenanceWindows } from './schema.ts';
import { shelfOf, windowOf } from './suppression-rows.ts';

/** An alert, and the moment for which it is asked what keeps people from being told of it. */
export interface Suppressible {
  readonly alertId: string;
  readonly subject: string;
  readonly ruleId: string;
  readonly assetId: string | null;
  readonly time: number;
}

type Reader = Pick<NodePgDatabase, 'select'>;

/** What people have said about these alerts, by alert: a shelf before a window, the one that lasts longest of each. */
export async function suppressionsOf(
  tx: Reader,
  asked: readonly Suppressible[],
): Promise<ReadonlyMap<string, Suppression>> {
  const times = asked.map(({ time }) => time);
  const [from, until] = [Math.min(...times), Math.max(...times)];
  const windows = await windowsBetween(tx, new Date(from), new Date(until));
  const shelves = await shelvesAfter(tx, [...new Set(asked.map(({ subject }) => subject))], new Date(from));
  const found = new Map<string, Suppression>();
  if (windows.length === 0 && shelves.length === 0) return found;
  const places = windows.length === 0 ? new Map<string | null, Place>() : await placesOf(tx, asked);
  for (const alert of asked) {
    const facts = { ...(places.get(alert.assetId) ?? NOWHERE), ...alert };
    const suppression =
      longest('shelved', shelves.filter((shelf) => isShelved(shelf, alert, alert.time)).map(shelfEnd)) ??
      longest('outOfService', windows.filter((window) => isInWindow(window, facts, alert.time)).map(windowEnd));
    if (suppression) found.set(alert.alertId, suppression);
  }
  return found;
}

type Place = Pick<WindowFacts, 'cabinetId' | 'district'>;
const NOWHERE: Place = { cabinetId: null, district: null };

function longest(kind: Suppression['kind'], ends: readonly number[]): Suppression | undefined {
  return ends.length === 0 ? undefined : { kind, until: Math.max(...ends) };
}

async function windowsBetween(tx: Reader, from: Date, until: Date): Promise<readonly MaintenanceWindow[]> {
  const { startsAt, endsAt, endedAt } = maintenanceWindows;
  const rows = await tx
    .select()
    .from(maintenanceWindows)
    .where(and(gt(endsAt, from), lte(startsAt, until), or(isNull(endedAt), gt(endedAt, from))));
  return rows.map(windowOf);
}

async function shelvesAfter(tx: Reader, subjects: readonly string[], from: Date): Promise<readonly Shelf[]> {
  const { subject, until, endedAt } = alertShelves;
  const rows = await tx
    .select()
    .from(alertShelves)
    .where(and(inArray(subject, [...subjects]), gt(until, from), or(isNull(endedAt), gt(endedAt, from))));
  return rows.map(shelfOf);
}

async function placesOf(tx: Reader, asked: readonly Suppressible[]): Promise<ReadonlyMap<string | null, Place>> {
  const assetIds = [...new Set(asked.flatMap(({ assetId }) => assetId ?? []))];
  if (assetIds.length === 0) return new Map();
  const rows = await tx
    .select({ assetId: assets.assetId, district: assets.district, attributes: assets.attributes })
    .from(assets)
    .where(inArray(assets.assetId, assetIds));
  return new Map(
    rows.map(({ assetId, district, attributes }) => {
      const cabinet = (attributes as Readonly<Record<string, unknown>>)['refStreetlightControlCabinet'];
      return [assetId, { district, cabinetId: typeof cabinet === 'string' ? cabinet : null }];
    }),
  );
}

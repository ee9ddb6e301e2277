import {
  QUANTITIES,
  QUANTITY_NAMES,
  wantedOf,
  type QuantityName,
  type StoredReading,
  type Subject,
} from '@stadtfunk/readings';
import { hasAnyOf, isId, isSubject, isWithin, selectOf } from './influx-ql.ts';
import type { Ask } from './influx-query.ts';
import { mergeReadings, readingsOf } from './stored-rows.ts';

export interface Scan {
  readonly subject: Subject;
  readonly from: number;
  readonly to: number;
  readonly quantities: readonly QuantityName[];
  readonly order: 'asc' | 'desc';
  /** The fields to fetch. */
  readonly columns: readonly string[];
  /** Rows to fetch at first; a long search takes larger steps, up to the largest. */
  readonly firstRows: number;
  readonly mostRows: number;
}

export const ALL_COLUMNS = ['deviceId', 'receivedAt', 'clock', 'quality', ...QUANTITY_NAMES];
const ASSET_QUANTITIES = QUANTITY_NAMES.filter((name) => QUANTITIES[name].of === 'asset');
/** With more names than this, InfluxQL takes longer to compare (time grows with the square and worse) than to send it all. */
const MOST_COMPARED = 2;

const isFlag = (name: QuantityName) => QUANTITIES[name].kind === 'flag';

/**
 * The subject's readings in (moment, device) order, in parts that fit in memory. InfluxQL can neither order by device nor go
 * on in the middle of a moment, so what stands at the end of a part is fetched as a whole moment.
 */
export async function* scanReadings(ask: Ask, scan: Scan): AsyncGenerator<readonly StoredReading[]> {
  const { subject, quantities, order, columns, firstRows, mostRows } = scan;
  const wanted = wantedOf(subject, quantities);
  const isWanted = ({ values }: StoredReading) => wanted.some((name) => values[name] !== undefined);
  const compared = quantities.length > 0 && quantities.length <= MOST_COMPARED ? [hasAnyOf(quantities, isFlag)] : [];
  const rows = async (from: number, to: number, limit: string) => {
    const conditions = [isSubject(subject), isWithin(from, to), ...compared];
    const series = await ask(selectOf(columns, conditions, `order by time ${order} ${limit}`));
    const isCut = series.some(({ partial }) => partial);
    return { isCut, readings: series.flatMap(readingsOf) };
  };

  let { from, to } = scan;
  for (let limit = firstRows; from < to; limit = Math.min(4 * limit, mostRows)) {
    const { isCut, readings } = await rows(from, to, `limit ${limit}`);
    const edge = readings.at(-1)?.observedAt;
    if (edge === undefined || (readings.length < limit && !isCut)) {
      yield mergeReadings(readings, order).filter(isWanted);
      return;
    }
    const before = readings.filter(({ observedAt }) => observedAt !== edge);
    const { readings: moment } = await rows(edge, edge + 1, '');
    yield mergeReadings([...before, ...moment], order).filter(isWanted);
    if (order === 'asc') from = edge + 1;
    else to = edge;
  }
}

/** InfluxQL for the newest point that each device has of each of these assets. */
export function latestQuery(assetIds: readonly string[], since: string): string {
  const assets = `(${assetIds.map((assetId) => isId('assetId', assetId)).join(' or ')})`;
  const columns = ALL_COLUMNS.filter((column) => column !== 'deviceId');
  return selectOf(columns, [assets, since], 'group by "assetId", "deviceId" order by time desc limit 1');
}

/** Whether a reading says something about the asset, and not only about its sensor. */
export function isOfAsset({ values }: StoredReading): boolean {
  return ASSET_QUANTITIES.some((name) => values[name] !== undefined);
}

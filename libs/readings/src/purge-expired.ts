import type { Clock } from '@stadtfunk/kernel';
import type { DueRollUps } from './due-roll-ups.ts';
import { startOfLocalDay } from './local-day.ts';
import { DATA_CLASSES, keptSince, type DataClass, type Retention } from './retention.ts';
import type { RollUps } from './roll-ups.ts';

export interface PurgeOptions {
  readonly rollUps: RollUps;
  readonly due: DueRollUps;
  readonly clock: Clock;
  readonly zone: string;
  readonly retention: Retention;
  /** Rows of each class removed in one call, so that nobody waits for long. */
  readonly limit: number;
}

/**
 * Removes what is no longer kept, in whole local days, and nothing that is still to be rolled up. To be called now and then,
 * again at once while it gives as many rows as the limit. Gives the rows removed of each class.
 */
export async function purgeExpired(options: PurgeOptions): Promise<{ readonly [dataClass in DataClass]: number }> {
  const { rollUps, due, clock, zone, retention, limit } = options;
  const removed = { reading: 0, hour: 0, day: 0 };
  for (const dataClass of DATA_CLASSES) {
    const since = keptSince(retention, dataClass, clock.now());
    if (since === -Infinity) continue;
    const waiting = await due.within(-Infinity, since);
    const oldest = dataClass === 'day' ? undefined : waiting[0]?.start;
    const before = startOfLocalDay(Math.min(since, oldest ?? since), zone);
    removed[dataClass] = await rollUps.purge(dataClass, before, limit);
  }
  return removed;
}

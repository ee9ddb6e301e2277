import { clockOf, fillStateOf, levelOutlook, type FillState, type LocalClock } from '@stadtfunk/forecast';
import { DAY_MS, type Clock } from '@stadtfunk/kernel';
import type { StoredReading, TelemetryStore } from '@stadtfunk/readings';
import { FillLevels } from './tour-store.ts';

/** Less than the forecast of one container looks back: a plan asks for hundreds at once, for a day or two ahead. */
const HISTORY_DAYS = 14;
/** So many histories are read at a time. */
const AT_ONCE = 4;
/** A plan is made again and again, so what is known is kept: of so many containers, some 1 kB each, and for so long, as late readings fill history. */
const MOST_KEPT = 10_000;
const KEPT_MS = DAY_MS / 2;

interface Kept {
  readonly state: FillState;
  readonly since: number;
  /** Of the newest reading of all when it was brought up to date. */
  readonly upTo: number;
}

/** How full containers are expected to be; where that cannot be said, as they were last measured. */
export class ForecastFillLevels extends FillLevels {
  readonly #telemetry: TelemetryStore;
  readonly #clock: Clock;
  readonly #local: LocalClock;
  readonly #kept = new Map<string, Kept>();

  constructor(telemetry: TelemetryStore, clock: Clock, zone: string) {
    super();
    this.#telemetry = telemetry;
    this.#clock = clock;
    this.#local = clockOf(zone);
  }

  override async at(assetIds: readonly string[], time: number): Promise<ReadonlyMap<string, number>> {
    const levels = new Map<string, number>();
    if (assetIds.length === 0) return levels;
    const waiting = [...(await this.#telemetry.latest(assetIds))];
    const now = this.#clock.now();
    const work = async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        const [assetId, newest] = next;
        const measured = newest.values['fillingLevel'];
        if (typeof measured !== 'number') continue;
        const state = await this.#stateOf(assetId, newest, now);
        levels.set(assetId, (state && levelOutlook(state, this.#local, time, now)) ?? measured);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return levels;
  }

  async #stateOf(assetId: string, { observedAt }: StoredReading, now: number): Promise<FillState | undefined> {
    const kept = this.#kept.get(assetId);
    const known = kept && now - kept.since < KEPT_MS ? kept : undefined;
    if (known?.upTo === observedAt) return known.state;
    const span = { now, days: HISTORY_DAYS };
    const state = await fillStateOf(this.#telemetry, this.#local, assetId, span, known?.state);
    if (!state) return undefined;
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    this.#kept.set(assetId, { state, since: known?.since ?? now, upTo: observedAt });
    return state;
  }
}

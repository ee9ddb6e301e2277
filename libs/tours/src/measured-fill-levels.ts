import type { TelemetryStore } from '@stadtfunk/readings';
import { FillLevels } from './tour-store.ts';

/** How full containers were when they were last measured: what there is without a forecast. */
export class MeasuredFillLevels extends FillLevels {
  readonly #telemetry: TelemetryStore;

  constructor(telemetry: TelemetryStore) {
    super();
    this.#telemetry = telemetry;
  }

  override async at(assetIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const levels = new Map<string, number>();
    if (assetIds.length === 0) return levels;
    for (const [assetId, { values }] of await this.#telemetry.latest(assetIds)) {
      const level = values['fillingLevel'];
      if (typeof level === 'number') levels.set(assetId, level);
    }
    return levels;
  }
}

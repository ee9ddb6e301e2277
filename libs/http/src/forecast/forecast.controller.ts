import { Controller, Get, Inject } from '@nestjs/common';
import { DeviceRegistry } from '@stadtfunk/devices';
import { batteryOutlook, clockOf, fillOutlook, type FillOutlook } from '@stadtfunk/forecast';
import { Clock } from '@stadtfunk/kernel';
import { TelemetryStore } from '@stadtfunk/readings';
import { Needs } from '../access/needs.ts';
import { HttpSettings } from '../http-options.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { found } from '../problem.ts';
import { isoOf } from '../schemas.ts';
import { showForecast } from './forecast.schema.ts';

/** Full, by the rule `waste.full`, and to the rim. */
const LEVELS = [0.85, 1];
/** As many devices as sit on an asset. */
const MOST_DEVICES = 10;

@Controller('api/v1/assets')
export class ForecastController {
  constructor(
    @Inject(DeviceRegistry) private readonly registry: DeviceRegistry,
    @Inject(TelemetryStore) private readonly telemetry: TelemetryStore,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(HttpSettings) private readonly settings: HttpSettings,
  ) {}

  @Get(':assetId/forecast')
  @Needs('assets.read')
  @Operation(showForecast)
  async show(@Input() { params: { assetId } }: InputOf<typeof showForecast>): Promise<AnswerOf<typeof showForecast>> {
    found(await this.registry.findAsset(assetId), 'asset', assetId);
    const now = this.clock.now();
    const [outlook, devices] = await Promise.all([
      fillOutlook(this.telemetry, clockOf(this.settings.zone), assetId, LEVELS, now),
      this.registry.listDevices({ assetId, limit: MOST_DEVICES }),
    ]);
    const batteries = await Promise.all(devices.items.map(({ deviceId }) => this.#batteryOf(deviceId, now)));
    return { assetId, computedAt: isoOf(now), filling: outlook ? toFilling(outlook) : null, batteries };
  }

  async #batteryOf(deviceId: string, now: number) {
    const outlook = await batteryOutlook(this.telemetry, deviceId, now);
    if (typeof outlook === 'string') return { deviceId, low: null, reason: outlook };
    const { by: quantity, low: below } = outlook;
    return { deviceId, low: { ...toMoments(outlook), quantity, below }, reason: null };
  }
}

function toFilling({ observedAt, level, ratePerDay, ratePerWeekday, levels }: FillOutlook) {
  const reaches = typeof levels === 'string' ? [] : levels;
  return {
    observedAt: isoOf(observedAt),
    fillingLevel: level,
    ratePerDay: rounded(ratePerDay),
    ratePerWeekday: ratePerWeekday.map(rounded),
    reaches: reaches.map((reach) => ({ fillingLevel: reach.level, ...toMoments(reach) })),
    reason: typeof levels === 'string' ? levels : null,
  };
}

interface Moments {
  readonly expectedAt: number | null;
  readonly earliestAt: number | null;
  readonly latestAt: number | null;
}

function toMoments({ expectedAt, earliestAt, latestAt }: Moments) {
  const iso = (at: number | null) => (at === null ? null : isoOf(at));
  return { expectedAt: iso(expectedAt), earliestAt: iso(earliestAt), latestAt: iso(latestAt) };
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

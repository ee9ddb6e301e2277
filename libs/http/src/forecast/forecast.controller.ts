import { Controller, Get, Inject } from '@nestjs/common';
import { type Departments as Of, DeviceRegistry } from '@stadtfunk/devices';
import { clockOf, fillOutlook, type FillOutlook } from '@stadtfunk/forecast';
import { Clock } from '@stadtfunk/kernel';
import { TelemetryStore } from '@stadtfunk/readings';
import { Needs } from '../access/needs.ts';
import { HttpSettings } from '../http-options.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { Departments } from '../access/caller.ts';
import { visibleAsset } from '../assets/visible.ts';
import { isoOf } from '../schemas.ts';
import { batteryOf, toMoments } from './battery-of.ts';
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
  async show(
    @Input() { params: { assetId } }: InputOf<typeof showForecast>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof showForecast>> {
    await visibleAsset(this.registry, assetId, departments);
    const now = this.clock.now();
    const [outlook, devices] = await Promise.all([
      fillOutlook(this.telemetry, clockOf(this.settings.zone), assetId, LEVELS, now),
      this.registry.listDevices({ assetId, limit: MOST_DEVICES }),
    ]);
    const batteries = await Promise.all(devices.items.map(({ deviceId }) => batteryOf(this.telemetry, deviceId, now)));
    return { assetId, computedAt: isoOf(now), filling: outlook ? toFilling(outlook) : null, batteries };
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

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

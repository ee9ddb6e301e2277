import { Controller, Get, Inject } from '@nestjs/common';
import { type Departments as Of, DeviceRegistry } from '@stadtfunk/devices';
import { Clock } from '@stadtfunk/kernel';
import { QUANTITIES, QUANTITY_NAMES, type Quantity, type Subject, TelemetryStore } from '@stadtfunk/readings';
import { Needs } from '../access/needs.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { HttpSettings } from '../http-options.ts';
import { Departments } from '../access/caller.ts';
import { visibleAsset, visibleDevice } from '../assets/visible.ts';
import { toPage } from '../schemas.ts';
import { toAggregateQuery, toBucket, toBucketPage, toReadingItem, toReadingQuery } from './reading-queries.ts';
import { listAssetReadings, listDeviceReadings, listQuantities, type ReadingQueryInput } from './reading.schema.ts';

@Controller('api/v1')
export class ReadingsController {
  constructor(
    @Inject(DeviceRegistry) private readonly registry: DeviceRegistry,
    @Inject(TelemetryStore) private readonly telemetry: TelemetryStore,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(HttpSettings) private readonly settings: HttpSettings,
  ) {}

  @Get('assets/:assetId/readings')
  @Needs('assets.read')
  @Operation(listAssetReadings)
  async ofAsset(
    @Input() { params, query }: InputOf<typeof listAssetReadings>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof listAssetReadings>> {
    await visibleAsset(this.registry, params.assetId, departments);
    return this.#read(params, query);
  }

  @Get('devices/:deviceId/readings')
  @Needs('devices.read')
  @Operation(listDeviceReadings)
  async ofDevice(
    @Input() { params, query }: InputOf<typeof listDeviceReadings>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof listDeviceReadings>> {
    await visibleDevice(this.registry, params.deviceId, departments);
    return this.#read(params, query);
  }

  @Get('quantities')
  @Needs('situation.read')
  @Operation(listQuantities)
  quantities(): AnswerOf<typeof listQuantities> {
    const items = QUANTITY_NAMES.map((name) => {
      const { unit, kind, min, max, of, label, source }: Quantity = QUANTITIES[name];
      return { name, unit, kind, min: min ?? null, max: max ?? null, of, label, source };
    });
    return { items, next: null };
  }

  async #read(subject: Subject, query: ReadingQueryInput) {
    const now = this.clock.now();
    if (query.every === undefined)
      return toPage(await this.telemetry.read(toReadingQuery(subject, query, now)), toReadingItem);
    const bucket = toBucket(query.every, query.zone ?? this.settings.zone);
    return toBucketPage(await this.telemetry.aggregate(toAggregateQuery(subject, query, bucket, now)), query);
  }
}

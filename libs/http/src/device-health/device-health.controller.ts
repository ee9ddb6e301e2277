import { Controller, Get, Inject } from '@nestjs/common';
import { type Binding, type Departments as Of, DeviceRegistry, RegistrySearch } from '@stadtfunk/devices';
import { DataQuality, type DeviceQuality, QUALITY_MEASURES } from '@stadtfunk/ingest';
import { Clock } from '@stadtfunk/kernel';
import { MaintenanceStore } from '@stadtfunk/maintenance';
import { TelemetryStore } from '@stadtfunk/readings';
import { type DeviceRhythm, DeviceRhythms, patternOf } from '@stadtfunk/rules';
import { Departments } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { toAlertBody } from '../alerts/alert-mapping.ts';
import { visibleAsset, visibleDevice } from '../assets/visible.ts';
import { batteryOf } from '../forecast/battery-of.ts';
import { ModelCatalogue } from '../http-options.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { isoDuration, isoOf, isoOrNull } from '../schemas.ts';
import { listAssetBindings, listDeviceBindings, showDeviceHealth } from './device-health.schema.ts';
import { LINK_QUANTITIES, toLink } from './link-quality.ts';

/** Alerts shown. */
const SHOWN = 50;
/** As few gaps as `patternOf` needs. */
const FEWEST_GAPS = 3;
const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

@Controller('api/v1')
export class DeviceHealthController {
  constructor(
    @Inject(DeviceRegistry) private readonly registry: DeviceRegistry,
    @Inject(RegistrySearch) private readonly searches: RegistrySearch,
    @Inject(DataQuality) private readonly quality: DataQuality,
    @Inject(DeviceRhythms) private readonly rhythms: DeviceRhythms,
    @Inject(TelemetryStore) private readonly telemetry: TelemetryStore,
    @Inject(MaintenanceStore) private readonly maintenance: MaintenanceStore,
    @Inject(ModelCatalogue) private readonly models: ModelCatalogue,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Get('devices/:deviceId/health')
  @Operation(showDeviceHealth)
  @Needs('devices.read')
  async show(
    @Input() { params }: InputOf<typeof showDeviceHealth>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof showDeviceHealth>> {
    const device = await visibleDevice(this.registry, params.deviceId, departments);
    const { deviceId } = device;
    const now = this.clock.now();
    const newest = { subject: { deviceId }, from: 0, to: now + DAY_MS, order: 'desc', limit: 1 } as const;
    const [quality, rhythm, link, readings, battery, alerts] = await Promise.all([
      this.quality.ofDevice(deviceId),
      this.rhythms.of(deviceId),
      this.telemetry.read({ ...newest, quantities: LINK_QUANTITIES }),
      this.telemetry.read({ ...newest, quantities: [] }),
      batteryOf(this.telemetry, deviceId, now),
      this.maintenance.listAlerts({ deviceId, open: true, limit: SHOWN }),
    ]);
    const setMs = device.reportingIntervalMs ?? this.models.find(device.model)?.reportingIntervalMs ?? DAY_MS;
    return {
      deviceId,
      computedAt: isoOf(now),
      lastContactAt: isoOrNull(device.lastContactAt),
      lastMeasurementAt: isoOrNull(rhythm?.lastMeasurementAt ?? null),
      reporting: toReporting(rhythm, setMs),
      firmware: quality?.firmware ?? null,
      clock: readings.items[0]?.clock ?? null,
      counts: quality ? countsOf(quality) : null,
      shares: sharesOf(quality),
      link: link.items[0] ? toLink(link.items[0]) : null,
      battery,
      alerts: alerts.items.map(toAlertBody),
    };
  }

  @Get('devices/:deviceId/bindings')
  @Operation(listDeviceBindings)
  @Needs('devices.read')
  async bindingsOfDevice(
    @Input() { params }: InputOf<typeof listDeviceBindings>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof listDeviceBindings>> {
    const { deviceId } = await visibleDevice(this.registry, params.deviceId, departments);
    return { items: (await this.searches.bindings({ deviceId })).map(toBindingBody), next: null };
  }

  @Get('assets/:assetId/bindings')
  @Operation(listAssetBindings)
  @Needs('assets.read')
  async bindingsOfAsset(
    @Input() { params }: InputOf<typeof listAssetBindings>,
    @Departments() departments: Of,
  ): Promise<AnswerOf<typeof listAssetBindings>> {
    const { assetId } = await visibleAsset(this.registry, params.assetId, departments);
    return { items: (await this.searches.bindings({ assetId })).map(toBindingBody), next: null };
  }
}

function toBindingBody({ from, until, ...binding }: Binding) {
  return { ...binding, from: isoOf(from), until: isoOrNull(until) };
}

function toReporting(rhythm: DeviceRhythm | undefined, setMs: number) {
  const interval = isoDuration(setMs);
  if (!rhythm || rhythm.gaps.length < FEWEST_GAPS) return { interval, learnedInterval: null, jitter: null };
  const { intervalMs, jitterMs } = patternOf(rhythm.gaps, setMs);
  return { interval, learnedInterval: inSeconds(intervalMs), jitter: inSeconds(jitterMs) };
}

function inSeconds(ms: number): string {
  return isoDuration(Math.round(ms / SECOND_MS) * SECOND_MS);
}

export function countsOf(quality: Omit<DeviceQuality, 'firmware' | 'lastReceivedAt'>) {
  const { processed, rejected, decoded, stored, duplicate, quarantined, late, clockRepaired, clockUnknown } = quality;
  return { processed, rejected, decoded, stored, duplicate, quarantined, late, clockRepaired, clockUnknown };
}

type Counts = Readonly<Record<(typeof QUALITY_MEASURES)[number], number>>;

export function sharesOf(counts: Counts | undefined) {
  const { processed = 0, rejected = 0, decoded = 0, stored = 0 } = counts ?? {};
  const of = (count = 0, total: number) => (total > 0 ? Math.min(1, Math.round((count / total) * 1e6) / 1e6) : null);
  return {
    rejected: of(rejected, processed + rejected),
    duplicate: of(counts?.duplicate, decoded),
    quarantined: of(counts?.quarantined, decoded),
    late: of(counts?.late, stored),
    clockRepaired: of(counts?.clockRepaired, stored),
    clockUnknown: of(counts?.clockUnknown, stored),
  };
}

import { Controller, Get, Inject } from '@nestjs/common';
import { DeviceRegistry, type RegisteredDevice } from '@stadtfunk/devices';
import { Clock } from '@stadtfunk/kernel';
import {
  type Alert,
  type AlertEntry,
  AlertSuppressions,
  EscalationRecords,
  MaintenanceStore,
} from '@stadtfunk/maintenance';
import { QUANTITIES, type QuantityName, type StoredReading, TelemetryStore } from '@stadtfunk/readings';
import { RuleBook } from '@stadtfunk/rules';
import { Departments } from '../access/caller.ts';
import { Needs } from '../access/needs.ts';
import { toAssetBody } from '../assets/asset-mapping.ts';
import { toDeviceBody } from '../devices/device-mapping.ts';
import { HttpSettings, ModelCatalogue } from '../http-options.ts';
import { toJobBody } from '../jobs/job-mapping.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { toEscalationBody } from '../organisation/escalation-mapping.ts';
import { found } from '../problem.ts';
import { isoDuration, isoOf } from '../schemas.ts';
import { toShelfBody } from '../suppressions/suppression-mapping.ts';
import { showAlertContext } from './alert-context.schema.ts';
import { toAlertEntryBody } from './alert-mapping.ts';
import { planSeries, type SeriesPlan } from './alert-series.ts';

const MOST_MEMBERS = 200;
const MOST_EARLIER = 20;
const MOST_READINGS = 2_000;

type Limit = readonly string[] | null;

/** What a person looks at who has to decide what an alert means. */
@Controller('api/v1/alerts')
export class AlertContextController {
  constructor(
    @Inject(MaintenanceStore) private readonly maintenance: MaintenanceStore,
    @Inject(AlertSuppressions) private readonly suppressions: AlertSuppressions,
    @Inject(EscalationRecords) private readonly escalations: EscalationRecords,
    @Inject(DeviceRegistry) private readonly registry: DeviceRegistry,
    @Inject(TelemetryStore) private readonly telemetry: TelemetryStore,
    @Inject(RuleBook) private readonly rules: RuleBook,
    @Inject(ModelCatalogue) private readonly models: ModelCatalogue,
    @Inject(HttpSettings) private readonly settings: HttpSettings,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Get(':alertId/context')
  @Needs('alerts.read')
  @Operation(showAlertContext)
  async show(
    @Input() { params: { alertId } }: InputOf<typeof showAlertContext>,
    @Departments() departments: Limit,
  ): Promise<AnswerOf<typeof showAlertContext>> {
    const [entry] = await this.#entries({ alertIds: [alertId], explained: true, limit: 1 }, departments);
    const alert = found(entry, 'alert', alertId);
    const now = this.clock.now();
    const plan = planSeries(alert, now);
    const [members, groups, shelves, told, job, asset, device, history, series] = await Promise.all([
      this.#entries({ groupAlertId: alertId, limit: MOST_MEMBERS + 1 }, departments),
      alert.groupAlertId === undefined ? [] : this.#entries({ alertIds: [alert.groupAlertId], limit: 1 }, departments),
      this.#shelf(alert, now),
      this.escalations.told(alertId),
      this.#jobOf(alert, departments),
      alert.assetId === null ? undefined : this.registry.findAsset(alert.assetId),
      this.registry.findDevice(alert.deviceId),
      this.#history(alert, departments),
      this.#series(alert, plan),
    ]);
    const rule = this.rules.inForce.get(alert.ruleId)?.rule;
    return {
      alert: toAlertEntryBody(alert),
      rule: rule ? { ruleId: rule.id, version: rule.version, mode: rule.mode ?? 'live' } : null,
      group: groups[0] ? toAlertEntryBody(groups[0]) : null,
      members: members.slice(0, MOST_MEMBERS).map(toAlertEntryBody),
      hasMoreMembers: members.length > MOST_MEMBERS,
      shelf: shelves[0] ? toShelfBody(shelves[0], alert) : null,
      escalations: told.map(toEscalationBody),
      job: job ? toJobBody(job) : null,
      asset: asset ? toAssetBody(asset) : null,
      device: device ? toDeviceBody(device, this.settings.uplinkTopic) : null,
      reportingInterval: device ? this.#intervalOf(device) : null,
      history,
      from: isoOf(plan.from),
      to: isoOf(plan.to),
      series,
    };
  }

  async #entries(filter: Parameters<MaintenanceStore['listAlerts']>[0], departments: Limit) {
    const own = departments === null ? {} : { departments };
    return (await this.maintenance.listAlerts({ explained: false, ...filter, ...own })).items;
  }

  async #shelf({ subject, ruleId, suppression }: Alert, now: number) {
    if (suppression?.kind !== 'shelved') return [];
    return (await this.suppressions.listShelves({ subject, ruleId, endingAfter: now, limit: 1 })).items;
  }

  /** As at its own address: of another department it is told that it is there, and no more. */
  async #jobOf({ job }: AlertEntry, departments: Limit) {
    if (!job || (departments !== null && !departments.includes(job.department))) return undefined;
    return this.maintenance.findJob(job.jobId);
  }

  async #history({ alertId, assetId, deviceId }: Alert, departments: Limit) {
    const about = assetId === null ? { deviceId } : { assetId };
    const [alerts, jobs] = await Promise.all([
      this.#entries({ ...about, limit: MOST_EARLIER + 1 }, departments),
      assetId === null ? [] : this.#jobs(assetId, departments),
    ]);
    const others = alerts.filter((other) => other.alertId !== alertId).slice(0, MOST_EARLIER);
    return { alerts: others.map(toAlertEntryBody), jobs: jobs.map(toJobBody) };
  }

  async #jobs(assetId: string, departments: Limit) {
    const own = departments === null ? {} : { departments };
    return (await this.maintenance.listJobs({ assetId, ...own, limit: MOST_EARLIER })).items;
  }

  /** What an asset is measured by may come from several sensors, what a sensor says of itself only from this one. */
  async #series({ assetId, deviceId }: Alert, plan: SeriesPlan) {
    const names = [...plan.quantities.keys()];
    const ofDevice = (name: QuantityName) => assetId === null || QUANTITIES[name].of === 'device';
    const [asset, device] = await Promise.all([
      this.#read(
        { assetId: assetId ?? '' },
        names.filter((name) => !ofDevice(name)),
        plan,
      ),
      this.#read({ deviceId }, names.filter(ofDevice), plan),
    ]);
    return names.map((name) => {
      const { readings, isCut } = ofDevice(name) ? device : asset;
      const { label, unit, kind } = QUANTITIES[name];
      const thresholds = [...(plan.quantities.get(name) ?? [])];
      return {
        quantity: name,
        label,
        unit,
        kind,
        thresholds,
        points: readings.flatMap((one) => pointOf(one, name)),
        isCut,
      };
    });
  }

  async #read(
    subject: { assetId: string } | { deviceId: string },
    quantities: readonly QuantityName[],
    plan: SeriesPlan,
  ) {
    if (quantities.length === 0) return { readings: [], isCut: false };
    const { from, to } = plan;
    const page = await this.telemetry.read({ subject, from, to, quantities, order: 'asc', limit: MOST_READINGS });
    return { readings: page.items, isCut: page.next !== null };
  }

  #intervalOf({ model, reportingIntervalMs }: RegisteredDevice): string | null {
    const ms = reportingIntervalMs ?? this.models.find(model)?.reportingIntervalMs;
    return ms === undefined ? null : isoDuration(ms);
  }
}

function pointOf({ observedAt, receivedAt, values, clock, quality }: StoredReading, name: QuantityName) {
  const value = values[name];
  if (value === undefined) return [];
  return [{ observedAt: isoOf(observedAt), receivedAt: isoOf(receivedAt), value, clock, quality }];
}

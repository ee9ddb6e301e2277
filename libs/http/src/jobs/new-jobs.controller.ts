import { randomUUID } from 'node:crypto';
import { Controller, Inject, Post } from '@nestjs/common';
import { type Asset, departmentOf, type Departments, DeviceRegistry } from '@stadtfunk/devices';
import { Clock } from '@stadtfunk/kernel';
import { type Job, MaintenanceStore } from '@stadtfunk/maintenance';
import { planAskedJob } from '@stadtfunk/organisation';
import { Needs } from '../access/needs.ts';
import { ownAlerts } from '../alerts/alert-access.ts';
import { findVisibleAsset, findVisibleDevice } from '../assets/visible.ts';
import { OrganisationInForce } from '../http-options.ts';
import { type AnswerOf, Input, type InputOf, Operation } from '../operation.ts';
import { requireCrew } from '../organisation/require-crew.ts';
import { Problem } from '../problem.ts';
import { toPosition } from '../tours/tour-mapping.ts';
import { type Change, ChangeBy, requestKeyOf } from './job-access.ts';
import { toJobBody } from './job-mapping.ts';
import { createJob } from './job.schema.ts';

type NewJobBody = InputOf<typeof createJob>['body'];

/** Whom a device without an asset belongs to. */
const DEVICE_DEPARTMENT = 'iot';

interface Subject {
  readonly asset: Asset | null;
  readonly deviceId: string | null;
  /** Whose it is; null: nobody's. */
  readonly department: string | null;
}

/** Jobs that people ask for. */
@Controller('api/v1')
export class NewJobsController {
  constructor(
    @Inject(MaintenanceStore) private readonly maintenance: MaintenanceStore,
    @Inject(DeviceRegistry) private readonly registry: DeviceRegistry,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(OrganisationInForce) private readonly inForce: OrganisationInForce,
  ) {}

  @Post('jobs')
  @Needs('jobs.dispatch')
  @Operation(createJob)
  async create(
    @Input() { body }: InputOf<typeof createJob>,
    @ChangeBy() by: Change,
  ): Promise<AnswerOf<typeof createJob>> {
    const subject = await this.#subjectOf(body, by.departments);
    const named = body.department ?? subject.department;
    if (named === null) {
      throw new Problem(422, 'department.missing', 'say which department does it: it is about no asset and no device');
    }
    const at = this.clock.now();
    const { place, crew, dueAt, kind, priority } = body;
    const { type = null, district = place?.district ?? null } = subject.asset ?? {};
    const planned = planAskedJob(
      this.inForce.organisation,
      { type, district, kind, priority, department: named },
      {
        ...(body.department !== undefined && { department: named }),
        ...(crew !== undefined && { crew }),
        ...(dueAt !== undefined && { dueAt }),
      },
      at,
    );
    if (planned.crew !== null) requireCrew(this.inForce.organisation, planned.department, planned.crew);
    if (by.departments !== null && !by.departments.includes(planned.department)) {
      throw new Problem(403, 'access.department', `you may not open jobs of '${planned.department}'`);
    }
    const outcome = await this.maintenance.createJob({
      jobId: requestKeyOf(by, 'create', body).requestKey ?? randomUUID(),
      kind,
      title: typeof body.title === 'string' ? { de: body.title, en: body.title } : body.title,
      description: body.description ?? null,
      department: planned.department,
      crew: planned.crew,
      draftedFor: named,
      assignee: body.assignee ?? null,
      assetId: subject.asset?.assetId ?? null,
      deviceId: subject.deviceId,
      place: place ? { ...place, position: place.location && toPosition(place.location) } : null,
      priority,
      dueAt: planned.dueAt,
      alertId: body.alertId ?? null,
      actor: by.actor,
      at,
    });
    return this.#answer(outcome);
  }

  /** What of another department is named is not there: who has a job about something may see it. */
  async #subjectOf({ assetId, deviceId, alertId }: NewJobBody, departments: Departments): Promise<Subject> {
    const alert =
      alertId === undefined ? undefined : (await ownAlerts(this.maintenance, [alertId], departments)).get(alertId);
    const isOver = alertId !== undefined && alert?.clearedAt !== null;
    if (isOver) throw new Problem(422, 'alert.closed', `there is no open alert '${alertId}'`);
    const aboutDevice = deviceId ?? alert?.deviceId ?? null;
    // Whoever may see an alert has to do with what it is about, whosever that is.
    const ofDevice = aboutDevice === alert?.deviceId ? null : departments;
    const device = aboutDevice === null ? undefined : await findVisibleDevice(this.registry, aboutDevice, ofDevice);
    if (deviceId !== undefined && !device) throw new Problem(422, 'device.unknown', `there is no device '${deviceId}'`);
    const aboutAsset = assetId ?? (alert ? alert.assetId : (device?.assetId ?? null));
    const ofAsset = aboutAsset === alert?.assetId ? null : departments;
    const asset = aboutAsset === null ? undefined : await findVisibleAsset(this.registry, aboutAsset, ofAsset);
    if (assetId !== undefined && !asset) throw new Problem(422, 'asset.unknown', `there is no asset '${assetId}'`);
    const department = asset ? departmentOf(asset) : aboutDevice === null ? null : DEVICE_DEPARTMENT;
    return { asset: asset ?? null, deviceId: aboutDevice, department };
  }

  #answer(outcome: Job | { readonly code: string; readonly detail: string }) {
    if ('code' in outcome) throw new Problem(422, outcome.code, outcome.detail);
    return toJobBody(outcome);
  }
}
